/**
 * Creating and opening named kernel objects.
 *
 * @module
 */

import { lastErrorCode, Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { toUtf16 } from "../../win32/utf16.ts";
import { type ErrorHints, toDenoError, wrapWin32Error } from "../deno_error.ts";
import { security } from "./security.ts";

/** A handle to a new or an existing object. */
export interface Created {
  /** The handle, which the caller owns. */
  readonly raw: bigint;
  /** Whether the object existed before. */
  readonly existed: boolean;
}

/** How an object is created. */
export interface Creation {
  /** The action, for errors: `Cannot create the event "x"`. */
  readonly action: string;
  /** The Windows function. */
  readonly call: string;
  /** Whether to fail if the object already exists. */
  readonly createNew: boolean;
  /** Who may open the object. */
  readonly sddl: string | undefined;
}

/**
 * Creates an object with `native`, which gets its security and returns a handle
 * or 0. After a success, the last error says whether the object existed.
 *
 * @throws {Deno.errors.AlreadyExists} when it existed and must not, or when the
 * name belongs to an object of another kind
 */
export function create(
  { action, call, createNew, sddl }: Creation,
  native: (attributes: Uint8Array<ArrayBuffer> | null) => bigint,
): Created {
  using secured = security(sddl);
  // Opened first, because opening a library would change the last error.
  const { raw: functions } = kernel32();
  const raw = native(secured.attributes);
  const code = lastErrorCode();
  if (raw === 0n) {
    throw toDenoError(action, new Win32Error(call, code), HINTS);
  }
  const existed = code === ERROR.ERROR_ALREADY_EXISTS;
  if (existed && createNew) {
    functions.CloseHandle(raw);
    throw toDenoError(action, new Win32Error(call, code), HINTS);
  }
  return { raw, existed };
}

/** A name for the creating functions: null for an object without one. */
export function wideName(name: string | null): Uint8Array<ArrayBuffer> | null {
  return name === null ? null : toUtf16(name);
}

/** The meaning of error codes when an object is created. */
const HINTS: ErrorHints = {
  [ERROR.ERROR_ALREADY_EXISTS]: "the name is taken",
  [ERROR.ERROR_INVALID_HANDLE]: [
    Deno.errors.AlreadyExists,
    "the name belongs to an object of another kind",
  ],
  [ERROR.ERROR_ACCESS_DENIED]:
    "it belongs to another user, or this user may not create global objects",
};

/**
 * Whether `error`, of opening an object, says that nothing has its name. An
 * object of another kind may have it: all kinds share one namespace (Microsoft:
 * CreateFileMappingW, ERROR_INVALID_HANDLE), and no wait changes that.
 */
export function isAbsent(error: unknown): boolean {
  const { cause } = error as Error;
  return cause instanceof Win32Error &&
    cause.code === ERROR.ERROR_FILE_NOT_FOUND;
}

/**
 * Opens the existing object `name` with one of the functions for that, whose
 * errors may have further `hints`.
 *
 * @throws {Deno.errors.NotFound} when it does not exist, or is of another kind
 */
export function openNamed(
  action: string,
  call: "OpenEventW" | "OpenFileMappingW" | "OpenMutexW" | "OpenSemaphoreW",
  access: number,
  name: string,
  hints?: ErrorHints,
): bigint {
  return wrapWin32Error(
    action,
    () => kernel32().call[call](access, 0, toUtf16(name)),
    { ...OPEN_HINTS, ...hints },
  );
}

/** The meaning of error codes when an object is opened. */
const OPEN_HINTS: ErrorHints = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such object",
  [ERROR.ERROR_INVALID_HANDLE]: [
    Deno.errors.NotFound,
    "the name belongs to an object of another kind",
  ],
  [ERROR.ERROR_ACCESS_DENIED]: "its security does not allow it",
};
