/**
 * Relays between any two mechanisms, and beyond one machine.
 *
 * @module
 */

export type { RelayCounts, RelayFlow } from "./counts.ts";
export type {
  RelayChunk,
  RelayFrame,
  RelayNatsOptions,
  RelayOptions,
  RelayTls,
} from "./options.ts";
export { Relay, relay } from "./relay.ts";
export type { PipeMode } from "../io/stream/base_connection.ts";
