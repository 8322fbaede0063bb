/**
 * How long Windows lets a receive wait. Pure functions.
 *
 * @module
 */

import { checkSize } from "../io/checks.ts";

/** `MAILSLOT_WAIT_FOREVER`. */
export const MAILSLOT_WAIT_FOREVER = 0xffff_ffff;

/** Converts a `readTimeout` to the number that Windows takes. */
export function asMilliseconds(readTimeout: number): number {
  if (readTimeout === Infinity) return MAILSLOT_WAIT_FOREVER;
  checkSize("readTimeout", readTimeout);
  // Deno's calls refuse -0, which rounding the rest of a time gives.
  return readTimeout + 0;
}
