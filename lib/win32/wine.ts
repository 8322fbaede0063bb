/**
 * Whether this is Wine. Windows' documentation comes first: this is for the few
 * places where Wine would lose memory or fall over.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { toWide } from "./wide.ts";

let wine: boolean | undefined;

/** Whether ntdll exports what Wine tells programs to look for. */
export function isWine(): boolean {
  return wine ??= look();
}

function look(): boolean {
  const { raw, call } = kernel32();
  const ntdll = call.GetModuleHandleW(toWide("ntdll.dll"));
  const name = new TextEncoder().encode("wine_get_version\0");
  return raw.GetProcAddress(ntdll, name) !== 0n;
}
