/**
 * The one place where a table becomes functions, and where a wrapper can be put
 * around each of them, as traces do. Without a wrapper they are Deno's own
 * functions.
 *
 * @module
 */

import { load } from "./load.ts";
import type { Declaration, Native, NativeType, Table } from "./table.ts";

/** A bound function. */
export interface BoundFunction {
  /** The file that contains it, such as `kernel32.dll`. */
  readonly dll: string;
  /** Windows' name. */
  readonly name: string;
  /** Its declaration in the table. */
  readonly declaration: Declaration;
}

/** Returns the replacement of `native`. */
export type Wrapper = (native: Native, bound: BoundFunction) => Native;

/**
 * Functions by their names in a table; `null` for one that this Windows does
 * not have.
 */
export type Natives = Record<string, Native | null>;

/** Called when a function is replaced. */
export type OnBind = (key: string, native: Native | null) => void;

const refills: (() => void)[] = [];
const remainingBinds: (() => void)[] = [];
let wrapper: Wrapper | undefined;

/**
 * Binds `table` to `dll`. Calls `onBind` with each function, now and whenever
 * it is replaced. The object stays the same, so that its holder always calls
 * the current function.
 *
 * Deno compiles code for each function that it binds, which takes a millisecond
 * under Wine, and a program uses few functions of a table. So each is bound at
 * its first call. Functions that block another thread have no such code, and
 * optional ones are looked up at once.
 */
export function bindNatives(
  dll: string,
  table: Table,
  onBind: OnBind = () => {},
): Natives {
  const entries = Object.entries(table);
  const atOnce = entries.filter(([, { nonblocking, optional }]) =>
    nonblocking || optional
  );
  const loaded = loadTable(dll, Object.fromEntries(atOnce));
  const natives: Natives = {};
  const put = (key: string, native: Native | null) => {
    natives[key] = native;
    onBind(key, native);
  };
  /** The function itself, which replaces the lazy one unless it has a wrapper. */
  const bound = (key: string): Native => {
    if (loaded[key] === undefined) {
      Object.assign(loaded, loadTable(dll, { [key]: table[key]! }));
      if (wrapper === undefined) put(key, loaded[key]!);
    }
    return loaded[key]!;
  };
  const fill = () => {
    for (const [key, declaration] of entries) {
      const native = loaded[key] === undefined
        ? (...args: unknown[]) => bound(key)(...args)
        : loaded[key];
      const { name = key } = declaration;
      put(
        key,
        native && wrapper
          ? wrapper(native, { dll, name, declaration })
          : native,
      );
    }
  };
  fill();
  refills.push(fill);
  remainingBinds.push(() => entries.forEach(([key]) => bound(key)));
  return natives;
}

/**
 * Binds all functions of the tables in use, because later it could be
 * forbidden, or be counted as a leak.
 */
export function bindAll(): void {
  for (const complete of remainingBinds) complete();
}

/** Further actions of {@linkcode bindAll}, for example for another thread. */
export function alsoBind(complete: () => void): void {
  remainingBinds.push(complete);
}

/** Puts `next` around every function of this isolate; `undefined` ends that. */
export function wrapNatives(next: Wrapper | undefined): void {
  wrapper = next;
  for (const refill of refills) refill();
}

function loadTable(dll: string, table: Table): Natives {
  const natives = { ...load(dll, foreign(table)) } as unknown as Natives;
  for (const [key, { parameters, reenters }] of Object.entries(table)) {
    const native = natives[key];
    if (!reenters || !native) continue;
    natives[key] = reentrant(native, parameters.at(-1)![1]);
  }
  return natives;
}

/** Converts a table for `Deno.dlopen`. */
export function foreign(table: Table): Deno.ForeignLibraryInterface {
  const entries = Object.entries(table).map(([key, declared]) => [key, {
    name: declared.name ?? key,
    parameters: foreignParameters(declared),
    result: declared.result,
    nonblocking: declared.nonblocking ?? false,
    optional: declared.optional ?? false,
  }]);
  return Object.fromEntries(entries);
}

function foreignParameters(
  { parameters, reenters }: Declaration,
): Deno.NativeType[] {
  const types = parameters.map(([, type]) => type === "text" ? "buffer" : type);
  return reenters ? reentrantParameters(types) : types;
}

// Functions that call back into JavaScript before they return, for example
// those that call window procedures.
//
// Deno lets V8 call a foreign function directly from optimized code. During
// such a call, that code must stay valid. If the callback, or a garbage
// collection in it, breaks an assumption of the optimization, V8 ends the
// process with "Lazy deopt after a fast API call with return value is
// unsupported". Deno has no flag to prevent such calls of a function. It does
// not make them for functions that take a structure, so the last parameter is
// declared here as a structure of one member. Structures of 4 and 8 bytes are
// passed like the number itself, on x64 and on ARM64.

/** The parameter types of a function that calls back. */
export function reentrantParameters(
  types: readonly Exclude<NativeType, "text">[],
): Deno.NativeType[] {
  const last = types.at(-1);
  if (last !== "usize" && last !== "u32" && last !== "i32") {
    throw new TypeError(
      `Cannot pass a ${last} as a structure: expected usize, u32 or i32`,
    );
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
