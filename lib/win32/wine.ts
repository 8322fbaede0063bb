/**
 * Whether this is Wine. Windows' documentation comes first: this is for the few
 * places where Wine would leak memory or crash.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { toUtf16 } from "./utf16.ts";

/**
 * Functions that Wine exports but does not implement: calling one ends the
 * process.
 */
export const WINE_STUBS: Set<string> = new Set(["RpcServerInqCallAttributesW"]);

let wine: boolean | undefined;

/** Whether ntdll has the export by which programs recognize Wine. */
export function isWine(): boolean {
  return wine ??= look();
}

/** Whether the function `name` can be called. */
export function isImplemented(name: string): boolean {
  return !WINE_STUBS.has(name) || !isWine();
}

/**
 * Whether `RpcServerUnregisterIf` can wait for pending calls.
 *
 * Wine creates the event of that wait while the last call may be ending, which
 * then frees the memory that contains it: the wait never ends, or the process
 * crashes.
 */
export function waitsForCalls(): boolean {
  return !isWine();
}

/**
 * Whether a failed call leaves memory behind.
 *
 * Windows has freed the buffer of such a call; freeing it again would be an
 * error. Wine has not if the message still names the connection
 * (`ReservedForRuntime`): `I_RpcFreeBuffer` returns that to the binding.
 * Otherwise, Wine's I_RpcReceive leaks the call's reference to the binding,
 * which would keep its stale association forever.
 */
export function leavesFailedCalls(): boolean {
  return isWine();
}

function look(): boolean {
  const { raw, call } = kernel32();
  const ntdll = call.GetModuleHandleW(toUtf16("ntdll.dll"));
  const name = new TextEncoder().encode("wine_get_version\0");
  return raw.GetProcAddress(ntdll, name) !== 0n;
}
