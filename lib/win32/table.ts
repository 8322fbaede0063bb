/**
 * How winipc declares Windows functions.
 *
 * A table has the parameters of each function by Windows' names, its result,
 * and how it fails. Tables are plain constants, so that a test can compare them
 * with Microsoft's metadata on any system.
 *
 * @module
 */

/**
 * The FFI types that winipc passes. Handles and addresses are numbers: `usize`.
 * A `text` is a `buffer` with a wide string, which traces show.
 */
export type NativeType = keyof Arguments;

/**
 * How a function reports failure. `never`: it cannot fail, or only its callers
 * can tell from the result.
 */
export type Failure = "never" | "zero" | "invalid handle";

/** One function. */
export interface Declaration extends Special {
  readonly parameters: readonly (readonly [name: string, type: NativeType])[];
  readonly result: keyof Results;
  readonly fails: Failure;
}

/** What only some functions have. */
export interface Special {
  /** Windows' name, if a table binds it again under another name. */
  readonly name?: string;
  /**
   * Not every Windows has it; if it is missing, a checked call fails with
   * ERROR_PROC_NOT_FOUND.
   */
  readonly optional?: true;
  /** Runs on a thread of Deno's pool. The last error is then lost, so nothing checks the result. */
  readonly nonblocking?: true;
  /** May call a window procedure of its own thread before it returns: see lib/win32/binding.ts. */
  readonly reenters?: true;
}

/** A table of functions by name. */
export type Table = Readonly<Record<string, Declaration>>;

interface Arguments {
  text: BufferSource | null;
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

/**
 * Declares a function by its signature: the parameters by Windows' names, the
 * result, and how it fails, unless that is "never". Line breaks are as in
 * TypeScript.
 *
 * - `(): u32`
 * - `(hObject: usize): i32, fails with zero`
 * - `(lpFileName: buffer, …): usize, fails with invalid handle`
 *
 * A misspelt signature does not compile.
 */
export function fn<const S extends string, const M extends Special = Special>(
  signature: Signature<S> extends undefined
    ? "(name: type, …): type, fails with …"
    : S,
  special?: M & Record<Exclude<keyof M, keyof Special>, never>,
): Signature<S> & M {
  return Object.assign(new Parsed(signature), special) as unknown as
    & Signature<S>
    & M;
}

/** Parses on demand, because a program uses few functions of a table. */
class Parsed {
  readonly #signature: string;
  #parameters: unknown;

  constructor(signature: string) {
    this.#signature = signature;
  }

  get parameters() {
    return this.#parameters ??= this.#signature.match(/\w+: \w+/g)
      ?.map((parameter) => parameter.split(": ")) ?? [];
  }

  get result() {
    return this.#signature.split("): ")[1]!.split(",")[0];
  }

  get fails() {
    return this.#signature.split(", fails with ")[1] ?? "never";
  }
}

/** The type of a signature's declaration; `undefined` if it is misspelt. */
type Signature<S> = S extends `(${infer List}): ${infer End}`
  ? Listed<List> extends infer P extends Declaration["parameters"]
    ? Ended<End> extends infer R extends keyof Results
      ? { readonly parameters: P; readonly result: R; readonly fails: Failure }
    : undefined
  : undefined
  : undefined;

/** The parameters, with a comma and a line break after the last one or not. */
type Listed<List, Done extends Declaration["parameters"] = []> = List extends
  "" | `\n${"" | "  " | "    "}` ? Done
  : List extends `${infer First},${infer Rest}`
    ? First extends `${infer Name}: ${infer T extends NativeType}`
      ? Listed<Rest, [...Done, [Name, T]]>
    : undefined
  : List extends `${infer Name}: ${infer T extends NativeType}`
    ? [...Done, [Name, T]]
  : undefined;

/** The type of the result. */
type Ended<End> = End extends `${infer R}, fails with ${infer F}`
  ? F extends Exclude<Failure, "never"> ? R : undefined
  : End;
