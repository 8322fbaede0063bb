/**
 * How much one `WM_COPYDATA` carries.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { toWide } from "../win32/wide.ts";

/** `COPYDATASTRUCT.cbData` has 32 bits. */
const WINDOWS_LIMIT = 0xffff_ffff;

/**
 * Wine lays the data on the stack of the receiving thread, which overflows and
 * takes the receiving program with it: 768 KiB arrive, 1 MiB ends a program
 * with Windows' usual stack. The sender cannot see that coming, so this is the
 * one place where winipc asks whether it runs under Wine.
 */
const WINE_LIMIT = 768 * 1024;

let limit: number | undefined;

/** The most bytes that may be sent in one message. */
export function payloadLimit(): number {
  return limit ??= isWine() ? WINE_LIMIT : WINDOWS_LIMIT;
}

/** Whether ntdll exports what Wine tells programs to look for. */
function isWine(): boolean {
  const { raw, call } = kernel32();
  const ntdll = call.GetModuleHandleW(toWide("ntdll.dll"));
  const name = new TextEncoder().encode("wine_get_version\0");
  return raw.GetProcAddress(ntdll, name) !== 0n;
}
