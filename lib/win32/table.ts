/**
 * How winipc declares Windows functions.
 *
 * A table has the parameters of each function by Windows' names, its result,
 * and how it fails. Tables are plain constants, so that a test can compare them
 * with Microsoft's metadata on any system.
 *
 * @module
 */

/** The FFI types that winipc passes. Handles and addresses are numbers: `usize`. */
export type NativeType = "buffer" | "usize" | "u32" | "i32" | "u16" | "u8";

/**
 * How a function reports failure. `never`: it cannot fail, or its callers check
 * the result themselves.
 */
export type Failure = "never" | "zero" | "invalid handle";

/** One function. */
export interface Declaration {
  readonly parameters: readonly (readonly [name: string, type: NativeType])[];
  readonly result: "usize" | "u32" | "i32" | "u16" | "u8" | "void";
  readonly fails: Failure;
  /** Windows' name, if a table binds it again under another name. */
  readonly name?: string;
  /**
   * Not every Windows has it; if it is missing, a checked call fails with
   * ERROR_PROC_NOT_FOUND.
   */
  readonly optional?: true;
  /** Runs on a thread of Deno's pool. The last error is then lost, so `fails` must be "never". */
  readonly nonblocking?: true;
  /** May call a window procedure of its own thread before it returns: see lib/win32/binding.ts. */
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

/** A bound function. */
export type Native = (...args: unknown[]) => unknown;
