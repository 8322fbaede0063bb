/**
 * The addresses of functions, for machine code that calls them.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { toWide } from "./wide.ts";

const GET_MODULE_HANDLE_EX_FLAG_PIN = 1;

/** Where the functions `names` of the library `dll` stand, which is loaded and stays so. */
export function procedures<K extends string>(
  dll: string,
  names: Readonly<Record<K, string>>,
): Record<K, bigint> {
  const { call, raw } = kernel32();
  const handle = new BigUint64Array(1);
  // Deno closes its libraries before the process ends, and threads are in them.
  call.GetModuleHandleExW(
    GET_MODULE_HANDLE_EX_FLAG_PIN,
    toWide(dll),
    handle,
  );
  const module = handle[0]!;
  const entries = Object.entries<string>(names).map(([key, name]) => {
    const address = raw.GetProcAddress(module, asciiZ(name));
    if (address === 0n) throw new Error(`${dll} has no ${name}`);
    return [key, address];
  });
  return Object.fromEntries(entries);
}

function asciiZ(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
