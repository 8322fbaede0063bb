/**
 * The maximum size of one `WM_COPYDATA`.
 *
 * @module
 */

import { isWine } from "../win32/wine.ts";

/**
 * `COPYDATASTRUCT.cbData` has 32 bits. Microsoft documents no smaller limit:
 * Windows copies the data into the memory of both programs, so memory is the
 * limit before this one.
 */
const WINDOWS_LIMIT = 0xffff_ffff;

/**
 * Wine puts the data on the stack of the receiving thread. An overflow ends the
 * receiving program: 768 KiB arrive, and 1 MiB ends a program with Windows'
 * usual stack. The sender cannot detect this, so this is one of the few places
 * where winipc checks whether it runs under Wine.
 */
const WINE_LIMIT = 768 * 1024;

let limit: number | undefined;

/** The most bytes that may be sent in one message. */
export function payloadLimit(): number {
  return limit ??= isWine() ? WINE_LIMIT : WINDOWS_LIMIT;
}
