/**
 * Relays between any two mechanisms, and beyond one machine.
 *
 * @example The mailslot of an old program, for a pipe server
 * ```ts
 * import { listenPipe, openMailslot, relay } from "@winipc/winipc";
 *
 * await using app = listenPipe("log", { mode: "message" }); // in another process
 * await using _relay = await relay("mailslot-listen:log", "pipe:log");
 * await using sender = await openMailslot("log"); // the old program
 * await sender.send(new TextEncoder().encode("started"));
 *
 * await using connection = await app.accept();
 * console.log(new TextDecoder().decode(await connection.readMessage() ?? undefined));
 * ```
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
