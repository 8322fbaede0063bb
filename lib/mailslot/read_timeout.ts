/**
 * How long Windows lets a receive wait. Pure.
 *
 * @module
 */

import { checkSize } from "../io/checks.ts";

/** No end of waiting, as Windows spells it. */
export const MAILSLOT_WAIT_FOREVER = 0xffff_ffff;

/** A `readTimeout` as Windows takes it. */
export function asMilliseconds(readTimeout: number): number {
  if (readTimeout === Infinity) return MAILSLOT_WAIT_FOREVER;
  checkSize("readTimeout", readTimeout);
  return readTimeout;
}
