/**
 * Converts Windows' errors to Deno's.
 *
 * @module
 */

import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";

/** The class of an error, Deno's or JavaScript's. */
export type ErrorClass = new (
  message: string,
  options?: ErrorOptions,
) => Error;

/** The meaning of a code in a given call, if its general meaning is too vague. */
export type ErrorHints = Readonly<
  Record<number, string | readonly [ErrorClass, string]>
>;

const CLASSES = new Map<number, ErrorClass>([
  [ERROR.ERROR_FILE_NOT_FOUND, Deno.errors.NotFound],
  [ERROR.ERROR_PATH_NOT_FOUND, Deno.errors.NotFound],
  [ERROR.ERROR_BAD_NETPATH, Deno.errors.NotFound],
  [ERROR.ERROR_BAD_NET_NAME, Deno.errors.NotFound],
  [ERROR.ERROR_NOT_FOUND, Deno.errors.NotFound],
  [ERROR.ERROR_ACCESS_DENIED, Deno.errors.PermissionDenied],
  [ERROR.ERROR_NETWORK_ACCESS_DENIED, Deno.errors.PermissionDenied],
  [ERROR.ERROR_PRIVILEGE_NOT_HELD, Deno.errors.PermissionDenied],
  [ERROR.ERROR_CANNOT_IMPERSONATE, Deno.errors.PermissionDenied],
  [ERROR.ERROR_BAD_IMPERSONATION_LEVEL, Deno.errors.PermissionDenied],
  [ERROR.ERROR_ALREADY_EXISTS, Deno.errors.AlreadyExists],
  [ERROR.ERROR_SHARING_VIOLATION, Deno.errors.Busy],
  [ERROR.ERROR_BUSY, Deno.errors.Busy],
  [ERROR.ERROR_PIPE_BUSY, Deno.errors.Busy],
  [ERROR.ERROR_BAD_PIPE, Deno.errors.BrokenPipe],
  [ERROR.ERROR_BROKEN_PIPE, Deno.errors.BrokenPipe],
  [ERROR.ERROR_NO_DATA, Deno.errors.BrokenPipe],
  [ERROR.ERROR_PIPE_NOT_CONNECTED, Deno.errors.BrokenPipe],
  [ERROR.ERROR_SEM_TIMEOUT, Deno.errors.TimedOut],
  [ERROR.ERROR_TIMEOUT, Deno.errors.TimedOut],
  [ERROR.WAIT_TIMEOUT, Deno.errors.TimedOut],
  [ERROR.ERROR_INVALID_HANDLE, Deno.errors.BadResource],
  [ERROR.ERROR_OPERATION_ABORTED, Deno.errors.Interrupted],
  [ERROR.ERROR_NOT_SUPPORTED, Deno.errors.NotSupported],
  [ERROR.ERROR_INVALID_FUNCTION, Deno.errors.NotSupported],
  [ERROR.ERROR_INVALID_NAME, TypeError],
  [ERROR.ERROR_BAD_PATHNAME, TypeError],
  [ERROR.ERROR_INVALID_PARAMETER, TypeError],
]);

/**
 * The error for an `action` ("Cannot connect to …") that failed with `cause`:
 * of Deno's class for the code, with a reason and Windows' name of the code.
 */
export function toDenoError(
  action: string,
  cause: Win32Error,
  hints: ErrorHints = {},
): Error {
  const known = hints[cause.code];
  const [type, reason] = typeof known === "object"
    ? known
    : [CLASSES.get(cause.code) ?? Error, known ?? asReason(cause.message)];
  return new type(`${action}: ${reason} (${cause.symbol})`, { cause });
}

/**
 * Runs `native`; turns a `Win32Error` of it into the {@linkcode toDenoError} of
 * `action`.
 */
export function wrapWin32Error<T>(
  action: string,
  native: () => T,
  hints?: ErrorHints,
): T {
  try {
    return native();
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw toDenoError(action, error, hints);
  }
}

/** Windows' sentence as a part of ours: no capital, no period. */
function asReason(text: string): string {
  const end = text.replace(/[.。\s]+$/, "");
  return /^[A-Z][a-z]/.test(end) ? end[0]!.toLowerCase() + end.slice(1) : end;
}
