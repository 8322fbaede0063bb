/**
 * How much one `WM_COPYDATA` carries.
 *
 * @module
 */

import { isWine } from "../win32/wine.ts";

/**
 * `COPYDATASTRUCT.cbData` has 32 bits. Microsoft promises no size: Windows copies
 * the data into the memory of both programs, which is the limit before this one.
 */
const WINDOWS_LIMIT = 0xffff_ffff;

/**
 * Wine lays the data on the stack of the receiving thread, which overflows and
 * takes the receiving program with it: 768 KiB arrive, 1 MiB ends a program
 * with Windows' usual stack. The sender cannot see that coming, so this is
 * one of the few places where winipc asks whether it runs under Wine.
 */
const WINE_LIMIT = 768 * 1024;

let limit: number | undefined;

/** The most bytes that may be sent in one message. */
export function payloadLimit(): number {
  return limit ??= isWine() ? WINE_LIMIT : WINDOWS_LIMIT;
}
