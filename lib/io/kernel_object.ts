/**
 * Creating and opening named kernel objects.
 *
 * @module
 */

import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { toWide } from "../win32/wide.ts";
import { failure, type Reasons } from "./failure.ts";
import { security } from "./security.ts";

/** A handle to a new object, or to one that was there before. */
export interface Created {
  /** The handle, which the caller owns. */
  readonly raw: bigint;
  /** Whether the object was there before. */
  readonly existed: boolean;
}

/** How an object is created. */
export interface Creation {
  /** What is done, for errors: `Cannot create the event "x"`. */
  readonly action: string;
  /** The Windows function. */
  readonly call: string;
  /** Whether an object that is there already is a failure. */
  readonly createNew: boolean;
  /** Who may open the object. */
  readonly sddl: string | undefined;
}

/**
 * Creates an object by `native`, which gets its security and returns a handle
 * or 0. Windows tells by the last error of a success whether it was there.
 *
 * @throws {Deno.errors.AlreadyExists} when it was and may not be, or when the
 * name belongs to an object of another kind
 */
export function create(
  { action, call, createNew, sddl }: Creation,
  native: (attributes: Uint8Array<ArrayBuffer> | null) => bigint,
): Created {
  using secured = security(sddl);
  // Opened here, because opening a library would change the last error.
  const { raw: functions } = kernel32();
  const raw = native(secured.attributes);
  const code = lastErrorCode();
  if (raw === 0n) throw failure(action, new Win32Error(call, code), REASONS);
  const existed = code === ERROR.ERROR_ALREADY_EXISTS;
  if (existed && createNew) {
    functions.CloseHandle(raw);
    throw failure(action, new Win32Error(call, code), REASONS);
  }
  return { raw, existed };
}

/** A name as the creating functions take it: null for an object without one. */
export function wideName(name: string | null): Uint8Array<ArrayBuffer> | null {
  return name === null ? null : toWide(name);
}

/** What codes mean when an object is created. */
const REASONS: Reasons = {
  [ERROR.ERROR_ALREADY_EXISTS]: "the name is taken",
  [ERROR.ERROR_INVALID_HANDLE]: [
    Deno.errors.AlreadyExists,
    "the name belongs to an object of another kind",
  ],
  [ERROR.ERROR_ACCESS_DENIED]:
    "it belongs to somebody else, or Windows lets this user create no global objects",
};

/** What codes mean when an object is opened. */
export const OPEN_REASONS: Reasons = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such object",
  [ERROR.ERROR_INVALID_HANDLE]: [
    Deno.errors.NotFound,
    "the name belongs to an object of another kind",
  ],
  [ERROR.ERROR_ACCESS_DENIED]: "its security does not allow it",
};
