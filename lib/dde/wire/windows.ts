/**
 * The windows of other programs, for DDE.
 *
 * @module
 */

import { user32 } from "../../win32/user32.ts";
import { user32Dde } from "../../win32/user32_dde.ts";
import { fromUtf16 } from "../../win32/utf16.ts";
import type { DdePartner } from "./protocol.ts";

const MAX_CLASS_NAME = 257;
const ENUM_WINDOWS = {
  parameters: ["usize", "usize"],
  result: "i32",
} as const satisfies Deno.UnsafeCallbackDefinition;
const WINE_SERVER = /^WineDdeServerConv/;

/**
 * The windows to search for servers. Microsoft advises against stepping from
 * one window to the next: one that is destroyed meanwhile can lead into an
 * endless loop (GetWindow, Remarks), which under Wine happens in the server.
 */
export function topLevelWindows(): bigint[] {
  const found: bigint[] = [];
  const callback = new Deno.UnsafeCallback(ENUM_WINDOWS, (handle) => {
    found.push(handle);
    return 1;
  });
  try {
    const procedure = BigInt(Deno.UnsafePointer.value(callback.pointer));
    user32Dde().raw.EnumWindows(procedure, 0n);
  } finally {
    callback.close();
  }
  return found;
}

/** The process of a window; undefined if it does not exist. */
export function partnerOf(
  handle: bigint,
  service: string,
  topic: string,
): DdePartner | undefined {
  const pid = new Uint32Array(1);
  user32().raw.GetWindowThreadProcessId(handle, pid);
  if (pid[0] === 0) return undefined;
  const unicode = user32Dde().raw.IsWindowUnicode(handle) !== 0;
  return { handle, pid: pid[0]!, unicode, service, topic };
}

/** Whether a server's window belongs to Wine's DDEML, Unicode or ANSI. */
export function isOfWine(handle: bigint): boolean {
  const name = new Uint8Array(2 * MAX_CLASS_NAME);
  const length = user32().raw.GetClassNameW(handle, name, MAX_CLASS_NAME);
  return WINE_SERVER.test(fromUtf16(name.subarray(0, 2 * length)));
}
