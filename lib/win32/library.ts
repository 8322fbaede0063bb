/**
 * From a table of functions to callable ones.
 *
 * The functions come twice: `raw` as Windows gives them, for the hot paths
 * that judge a result themselves, and `call`, which throws a `Win32Error` with
 * the function's name on failure.
 *
 * @module
 */

import { bindNatives } from "./binding.ts";
import type { Failure, Functions, Native, Table } from "./table.ts";
import { bindErrors, lastError, Win32Error } from "./error.ts";
import { ERROR } from "./error_codes.ts";

/** The functions of a library. */
export interface Bound<T extends Table> {
  /** As Windows gives them. */
  readonly raw: Functions<T>;
  /** The same, throwing a `Win32Error` where the table calls the result a failure. */
  readonly call: Functions<T>;
}

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;

/** Binds `table` to `dll`, which is opened by the first call of the function returned. */
export function library<const T extends Table>(
  dll: string,
  table: T,
): () => Bound<T> {
  let bound: Bound<T> | undefined;
  return () => bound ??= bind(dll, table);
}

function bind<T extends Table>(dll: string, table: T): Bound<T> {
  bindErrors();
  const call: Record<string, Native> = {};
  const raw = bindNatives(dll, table, (key, native) => {
    const { fails, name = key } = table[key]!;
    call[key] = checked(native ?? missing(name), fails, name);
  });
  return { raw, call } as unknown as Bound<T>;
}

function checked(native: Native, fails: Failure, name: string): Native {
  if (fails === "never") return native;
  const failed = fails === "zero"
    ? (result: unknown) => result === 0 || result === 0n
    : (result: unknown) => result === INVALID_HANDLE_VALUE;
  return (...args) => {
    const result = native(...args);
    if (failed(result)) throw lastError(name);
    return result;
  };
}

function missing(name: string): Native {
  return () => {
    throw new Win32Error(name, ERROR.ERROR_PROC_NOT_FOUND);
  };
}
