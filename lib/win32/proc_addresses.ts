/**
 * The addresses of Windows' functions, for callers outside of JavaScript.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { toUtf16 } from "./utf16.ts";

const GET_MODULE_HANDLE_EX_FLAG_PIN = 1;

/** Returns the addresses of functions of the library `dll`, which stays loaded. */
export function getProcAddresses<K extends string>(
  dll: string,
  names: readonly K[],
): Record<K, bigint> {
  const { call, raw } = kernel32();
  const handle = new BigUint64Array(1);
  // Deno closes its libraries before the process ends, while threads are in
  // them.
  call.GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN, toUtf16(dll), handle);
  const addresses = names.map((name) => {
    const address = raw.GetProcAddress(handle[0]!, asciiZ(name));
    if (address === 0n) throw new Error(`${dll} has no ${name}`);
    return [name, address];
  });
  return Object.fromEntries(addresses);
}

function asciiZ(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
