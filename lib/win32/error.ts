/**
 * Windows' errors: the only place that reads the last error, and the texts and
 * names of the codes.
 *
 * @module
 */

import { bindNatives } from "./binding.ts";
import { errorSymbol } from "./error_codes.ts";
import { fn, type Functions, type Table } from "./table.ts";
import { fromUtf16 } from "./utf16.ts";

/**
 * kernel32's functions for errors; separate, because the other tables build on
 * it.
 */
export const ERROR_TABLE = {
  GetLastError: fn("(): u32"),
  SetLastError: fn("(dwErrCode: u32): void"),
  FormatMessageW: fn(`(
    dwFlags: u32, lpSource: usize, dwMessageId: u32, dwLanguageId: u32,
    lpBuffer: buffer, nSize: u32, Arguments: usize,
  ): u32`),
} as const satisfies Table;

const FORMAT_MESSAGE_IGNORE_INSERTS = 0x200;
const FORMAT_MESSAGE_FROM_SYSTEM = 0x1000;
const MAX_TEXT = 512;

/**
 * A failed Windows call, the `cause` of the errors that winipc throws. Its
 * message is Windows' own text for the code (`FormatMessageW`), in the system's
 * language.
 *
 * @example
 * ```ts
 * import { connectPipe, Win32Error } from "@winipc/winipc";
 *
 * try {
 *   await connectPipe("nobody-listens-here");
 * } catch (error) {
 *   const cause = (error as { cause?: unknown }).cause;
 *   if (cause instanceof Win32Error) console.log(cause.symbol, cause.call);
 * }
 * ```
 */
export class Win32Error extends Error {
  /** The name of this class, for logs. */
  override readonly name = "Win32Error";
  /** The Windows function that failed, such as `CreateFileW`. */
  readonly call: string;
  /** The code, as `GetLastError` gives it. */
  readonly code: number;
  /** Windows' name of the code, such as `ERROR_PIPE_BUSY`; `ERROR_<code>` for a rare one. */
  readonly symbol: string;

  /** An error `code` (as from `GetLastError`) of the Windows function `call`. */
  constructor(call: string, code: number) {
    super(textOf(code));
    this.call = call;
    this.code = code;
    this.symbol = errorSymbol(code);
  }
}

let functions: Functions<typeof ERROR_TABLE> | undefined;

/**
 * Prepares the functions below. Every table calls it before it opens its
 * library, because opening one, or binding a function, changes the last error.
 */
export function bindErrors(): void {
  if (functions !== undefined) return;
  functions = bindNatives(
    "kernel32.dll",
    ERROR_TABLE,
  ) as unknown as Functions<
    typeof ERROR_TABLE
  >;
  // Binding it changes the value that it returns.
  functions.GetLastError();
}

/**
 * The calling thread's last error. Call it on the line after a synchronous
 * native call, with nothing in between; after a nonblocking call it belongs to
 * another thread.
 */
export function lastErrorCode(): number {
  return functions!.GetLastError();
}

/**
 * Restores `code` as the calling thread's last error, for code that has made
 * its own native calls between a call and its caller.
 */
export function restoreLastError(code: number): void {
  functions!.SetLastError(code);
}

/** The last error (see {@linkcode lastErrorCode}) as an error of `call`. */
export function lastError(call: string): Win32Error {
  return new Win32Error(call, lastErrorCode());
}

function textOf(code: number): string {
  bindErrors();
  const buffer = new Uint8Array(2 * MAX_TEXT);
  const length = functions!.FormatMessageW(
    FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
    0n,
    code,
    0,
    buffer,
    MAX_TEXT,
    0n,
  );
  return fromUtf16(buffer.subarray(0, 2 * length)).trim() || `Error ${code}`;
}
