/**
 * Functions that call back into JavaScript before they return, for example
 * those that call window procedures.
 *
 * Deno lets V8 call a foreign function directly from optimized code. During
 * such a call, that code must stay valid. If the callback, or a garbage
 * collection in it, breaks an assumption of the optimization, V8 ends the
 * process with "Lazy deopt after a fast API call with return value is
 * unsupported". Deno has no flag to prevent such calls of a function. It does
 * not make them for functions that take a structure, so the last parameter is
 * declared here as a structure of one member. Structures of 4 and 8 bytes are
 * passed like the number itself, on x64 and on ARM64.
 *
 * @module
 */

import type { Native, NativeType } from "./table.ts";

/** The parameter types of a function that calls back. */
export function reentrantParameters(
  types: readonly NativeType[],
): Deno.NativeType[] {
  const last = types.at(-1);
  if (last !== "usize" && last !== "u32" && last !== "i32") {
    throw new TypeError(`No ${last} can be passed as a structure`);
  }
  return [...types.slice(0, -1), { struct: [last] }];
}

/** Lets callers pass numbers to `native`, whose last parameter is a `last`. */
export function reentrant(native: Native, last: NativeType): Native {
  // Its value is read before the call, so nested calls can share it.
  const cell = new BigUint64Array(1);
  const bytes = new Uint8Array(cell.buffer, 0, last === "usize" ? 8 : 4);
  return (...args) => {
    cell[0] = BigInt(args[args.length - 1] as number | bigint);
    args[args.length - 1] = bytes;
    return native(...args);
  };
}
