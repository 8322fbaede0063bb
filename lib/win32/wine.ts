/**
 * Whether this is Wine. Windows' documentation comes first: this is for the few
 * places where Wine would lose memory or fall over.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { toWide } from "./wide.ts";
import { WINE_STUBS } from "./wine_stubs.ts";

let wine: boolean | undefined;

/** Whether ntdll exports what Wine tells programs to look for. */
export function isWine(): boolean {
  return wine ??= look();
}

/** Whether the function `name` can be called. */
export function isImplemented(name: string): boolean {
  return !WINE_STUBS.has(name) || !isWine();
}

/**
 * Whether `RpcServerUnregisterIf` can wait for the calls under way.
 *
 * Wine sets the event of that wait up while the last call may be ending, which
 * then frees what it stands in: the wait never ends, or the process does.
 */
export function waitsForCalls(): boolean {
  return !isWine();
}

/**
 * Whether a call that failed leaves something behind.
 *
 * Windows has freed the buffer of such a call; to free it again would be an
 * error. Wine has not where the message still names the connection
 * (`ReservedForRuntime`): `I_RpcFreeBuffer` gives that back to the binding. Where
 * it does not, Wine's I_RpcReceive forgets the reference that the call had to
 * the binding, which would keep its stale association for ever.
 */
export function leavesFailedCalls(): boolean {
  return isWine();
}

function look(): boolean {
  const { raw, call } = kernel32();
  const ntdll = call.GetModuleHandleW(toWide("ntdll.dll"));
  const name = new TextEncoder().encode("wine_get_version\0");
  return raw.GetProcAddress(ntdll, name) !== 0n;
}
