/**
 * Functions that call back into JavaScript before they return, as those do that
 * call window procedures.
 *
 * Deno lets V8 call a foreign function straight from optimized code. While such
 * a call lasts, that code must stay valid: where the callback, or a garbage
 * collection in it, takes away what the optimization relied on, V8 ends the
 * process with "Lazy deopt after a fast API call with return value is
 * unsupported". Deno has no flag that keeps a function from being called so. It
 * does not do it with functions that take a structure, so that here the last
 * parameter is declared as a structure of one member. Structures of 4 and 8
 * bytes are passed like the number itself, on x64 and on ARM64.
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

/** Lets `native` be called with numbers, whose last parameter is a `last`. */
export function reentrant(native: Native, last: NativeType): Native {
  // Its value is read before the call, so that calls within calls may share it.
  const cell = new BigUint64Array(1);
  const bytes = new Uint8Array(cell.buffer, 0, last === "usize" ? 8 : 4);
  return (...args) => {
    cell[0] = BigInt(args[args.length - 1] as number | bigint);
    args[args.length - 1] = bytes;
    return native(...args);
  };
}
