/**
 * Turns a table of functions into callable ones.
 *
 * There are two forms: `raw` returns Windows' result, for hot paths that check
 * it themselves, and `call` throws a `Win32Error` with the function's name on
 * failure.
 *
 * @module
 */

import { INVALID_HANDLE_VALUE } from "./constants.ts";
import { bindNatives } from "./binding.ts";
import type { Failure, Functions, Native, Table } from "./table.ts";
import { bindErrors, lastError, Win32Error } from "./error.ts";
import { ERROR } from "./error_codes.ts";

/** The functions of a library. */
export interface Bound<T extends Table> {
  /** As in Windows. */
  readonly raw: Functions<T>;
  /**
   * The same, but throws a `Win32Error` if the table says that the result is a
   * failure.
   */
  readonly call: Functions<T>;
}

/** Binds `table` to `dll`, which the first call of the returned function opens. */
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
