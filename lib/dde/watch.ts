/**
 * The items that a client watches.
 *
 * @module
 */

import type { DdeAsked } from "./wire/protocol.ts";
import { formatName } from "../window/formats.ts";

/** An advise loop, at its server. */
export interface Watch {
  readonly item: string;
  /** The format's name … */
  readonly format: string;
  /** … and its number. */
  readonly id: number;
  /** Whether updates come without their data. */
  readonly warm: boolean;
  /** Whether the client acknowledges each. */
  readonly acknowledging: boolean;
  /** Whether an update is not yet acknowledged, … */
  unacknowledged: boolean;
  /** … and whether there was another change meanwhile. */
  changed: boolean;
}

/** The loop that a client asks for. */
export function newWatch(
  { item, format, warm, acknowledging }: DdeAsked & { asked: "advise" },
): Watch {
  return {
    item,
    format: formatName(format),
    id: format,
    warm,
    acknowledging,
    unacknowledged: false,
    changed: false,
  };
}
