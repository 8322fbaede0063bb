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
 *
 * A `buffer` lends JavaScript's memory until the call returns, or its promise
 * settles. Memory that Windows uses after that must be native and is passed as
 * `usize`, for example an `OVERLAPPED` and its data.
 */
export type NativeType = keyof Values;

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

interface Values {
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

/** The callable functions of a table. */
export type Functions<T extends Table> = {
  readonly [K in keyof T]: T[K] extends Declared<infer F> ? F : never;
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
 * - `(lpFileName: text, …): usize, fails with invalid handle`
 *
 * A misspelt signature does not compile.
 */
export function fn<const S extends string, const M extends Special = Special>(
  signature: Call<S, M> extends undefined
    ? "(name: type, …): type, fails with …"
    : S,
  special?: M & Record<Exclude<keyof M, keyof Special>, never>,
): Declared<Call<S, M>> {
  return Object.assign(new Parsed(signature), special);
}

/** A declaration that has the type of its function. */
interface Declared<F> extends Declaration {
  /** Not a value: only the type. */
  readonly type?: F;
}

/** Parses on demand, because a program uses few functions of a table. */
class Parsed {
  readonly #signature: string;
  #parameters: Declaration["parameters"] | undefined;

  constructor(signature: string) {
    this.#signature = signature;
  }

  get parameters(): Declaration["parameters"] {
    return this.#parameters ??= Array.from(
      this.#signature.match(/\w+: \w+/g) ?? [],
      (parameter) => parameter.split(": ") as [string, NativeType],
    );
  }

  get result(): Declaration["result"] {
    const [, end] = this.#signature.split("): ");
    return end!.split(",")[0] as Declaration["result"];
  }

  get fails(): Failure {
    const [, failure = "never"] = this.#signature.split(", fails with ");
    return failure as Failure;
  }
}

/** The type of a function by its signature; `undefined` if that is misspelt. */
type Call<S, M> = S extends `(${infer List}): ${infer End}`
  ? Arguments<List> extends infer A extends unknown[]
    ? Result<End> extends infer R extends keyof Results
      ? (...args: A) => M extends { nonblocking: true } ? Promise<Results[R]>
        : Results[R]
    : undefined
  : undefined
  : undefined;

/** The arguments, with a comma and a line break after the last one or not. */
type Arguments<List, Done extends unknown[] = []> = List extends
  "" | `\n${"" | "  " | "    "}` ? Done
  : List extends `${infer First},${infer Rest}`
    ? First extends `${infer _}: ${infer T}`
      ? T extends NativeType ? Arguments<Rest, [...Done, Values[T]]> : undefined
    : undefined
  : List extends `${infer _}: ${infer T}`
    ? T extends NativeType ? [...Done, Values[T]] : undefined
  : undefined;

type Result<End> = End extends `${infer R}, fails with ${infer F}`
  ? F extends Exclude<Failure, "never"> ? R : undefined
  : End;
