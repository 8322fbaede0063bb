/**
 * Posting registered messages: a name that programs agree on, with two numbers.
 *
 * @module
 */

import { checkAtom } from "../io/checks.ts";
import { quote, shown } from "../io/format.ts";
import {
  type ErrorHints,
  toDenoError,
  wrapWin32Error,
} from "../io/deno_error.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { user32 } from "../win32/user32.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { noWindowHints } from "./undelivered.ts";
import { checkTarget, describe, lookUp, type WindowTarget } from "./windows.ts";

/** The numbers that go with a posted message. */
export interface PostMessageOptions {
  /**
   * The first number (`wParam`, 64 bits).
   *
   * @default {0}
   */
  wParam?: number | bigint | undefined;
  /**
   * The second number (`lParam`, 64 bits).
   *
   * @default {0}
   */
  lParam?: number | bigint | undefined;
}

const HWND_BROADCAST = 0xffffn;

/**
 * Returns the number of the message `name`. It is the same for all programs
 * until the session ends. Case does not matter.
 *
 * Calls `RegisterWindowMessageW`. Needs kernel32.dll and user32.dll.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a name that is empty or contains a NUL
 * @throws {RangeError} for a name of more than 255 characters
 *
 * @example
 * ```ts
 * import { registerMessage } from "@winipc/winipc";
 *
 * console.log(registerMessage("TaskbarCreated"));
 * ```
 */
export function registerMessage(name: string): number {
  checkMessageName(name);
  useNative("message");
  return register(name);
}

/**
 * Posts the registered message `name` to a window and does not wait for it.
 *
 * Calls `RegisterWindowMessageW` and `PostMessageW`. Needs kernel32.dll and
 * user32.dll; a scoped `--allow-ffi` is enough.
 *
 * @throws {Deno.errors.NotFound} when there is no such window
 * @throws {Deno.errors.PermissionDenied} when it runs at a higher integrity
 * level (UIPI)
 * @throws {TypeError} for a bad name or option
 * @throws {RangeError} for a name of more than 255 characters
 *
 * @example
 * ```ts
 * import { listenRegistered, postRegistered } from "@winipc/winipc";
 *
 * // In another process:
 * await using listener = listenRegistered(["app.refresh"], { title: "Board" });
 *
 * postRegistered("Board", "app.refresh", { wParam: 7 });
 * ```
 */
export function postRegistered(
  target: WindowTarget,
  name: string,
  options: PostMessageOptions = {},
): void {
  const wanted = checkTarget(target);
  checkMessageName(name);
  const { wParam, lParam } = parameters(options);
  useNative("message");
  const action = `Cannot post ${quote(name)} to ${describe(wanted)}`;
  const window = lookUp(wanted);
  if (window === undefined) {
    const code = ERROR.ERROR_INVALID_WINDOW_HANDLE;
    const cause = new Win32Error("FindWindowExW", code);
    throw toDenoError(action, cause, noWindowHints());
  }
  wrapWin32Error(
    action,
    () => user32().call.PostMessageW(window, register(name), wParam, lParam),
    HINTS,
  );
}

/**
 * Posts the registered message `name` to every top-level window of the session.
 *
 * Calls `RegisterWindowMessageW`, and `PostMessageW` with `HWND_BROADCAST`.
 * Needs kernel32.dll and user32.dll; a scoped `--allow-ffi` is enough.
 *
 * @throws {TypeError} for a bad name or option
 * @throws {RangeError} for a name of more than 255 characters
 *
 * @example
 * ```ts
 * import { broadcastRegistered } from "@winipc/winipc";
 *
 * broadcastRegistered("app.refresh");
 * ```
 */
export function broadcastRegistered(
  name: string,
  options: PostMessageOptions = {},
): void {
  checkMessageName(name);
  const { wParam, lParam } = parameters(options);
  useNative("message");
  wrapWin32Error(
    `Cannot broadcast ${quote(name)}`,
    () =>
      user32().call.PostMessageW(
        HWND_BROADCAST,
        register(name),
        wParam,
        lParam,
      ),
    HINTS,
  );
}

/** Registers the message `name`. The library must be open. */
export function register(name: string): number {
  return wrapWin32Error(
    `Cannot register the message ${quote(name)}`,
    () => user32().call.RegisterWindowMessageW(toUtf16(name)),
  );
}

/** Checks the name of a message. */
export function checkMessageName(name: unknown): void {
  // RegisterWindowMessageW returns 1025 for "#1025", which is not a registered
  // message, and which Windows drops from broadcasts.
  checkAtom("message name", name);
}

function parameters(
  { wParam = 0, lParam = 0 }: PostMessageOptions,
): { wParam: bigint; lParam: bigint } {
  return {
    wParam: checkParameter("wParam", wParam),
    lParam: checkParameter("lParam", lParam),
  };
}

function checkParameter(option: string, value: unknown): bigint {
  const whole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (whole) return BigInt.asUintN(64, BigInt(value as number | bigint));
  throw new TypeError(`Invalid ${option} ${shown(value)}: give an integer`);
}

const HINTS: ErrorHints = {
  [ERROR.ERROR_INVALID_WINDOW_HANDLE]: [
    Deno.errors.NotFound,
    "there is no such window",
  ],
  [ERROR.ERROR_ACCESS_DENIED]:
    "the window runs at a higher integrity level, and Windows blocks messages to it",
};
