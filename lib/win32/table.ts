/**
 * The form in which winipc declares Windows functions.
 *
 * A table says of each function its parameters by Windows' own names, its
 * result, and what its failure looks like. Tables are plain constants, so that
 * a test can hold them against Microsoft's metadata on any system.
 *
 * @module
 */

/** The FFI types that winipc passes. Handles and addresses are numbers: `usize`. */
export type NativeType = "buffer" | "usize" | "u32" | "i32" | "u16" | "u8";

/**
 * What a failure looks like. `never`: the function cannot fail, or its callers
 * judge the result themselves.
 */
export type Failure = "never" | "zero" | "invalid handle";

/** One function. */
export interface Declaration {
  readonly parameters: readonly (readonly [name: string, type: NativeType])[];
  readonly result: "usize" | "u32" | "i32" | "u16" | "u8" | "void";
  readonly fails: Failure;
  /** Windows' name, where a table binds it a second time under another. */
  readonly name?: string;
  /** Not every Windows has it; where it is missing, a checked call fails with ERROR_PROC_NOT_FOUND. */
  readonly optional?: true;
  /** Runs on a thread of Deno's pool. The last error is then lost, so `fails` must be "never". */
  readonly nonblocking?: true;
  /** May call a window procedure of its own thread before it returns: see lib/win32/reentrant.ts. */
  readonly reenters?: true;
}

/** A table of functions by name. */
export type Table = Readonly<Record<string, Declaration>>;

interface Arguments {
  buffer: BufferSource | null;
  usize: number | bigint;
  u32: number;
  i32: number;
  u16: number;
  u8: number;
}

interface Results {
  usize: bigint;
  u32: number;
  i32: number;
  u16: number;
  u8: number;
  void: void;
}

type Parameters<P extends Declaration["parameters"]> = {
  [I in keyof P]: Arguments[P[I][1]];
};

type Result<D extends Declaration> = D extends { nonblocking: true }
  ? Promise<Results[D["result"]]>
  : Results[D["result"]];

/** The callable functions of a table. */
export type Functions<T extends Table> = {
  readonly [K in keyof T]: (
    ...args: Parameters<T[K]["parameters"]>
  ) => Result<T[K]>;
};

/** A function as Windows gives it. */
export type Native = (...args: unknown[]) => unknown;
