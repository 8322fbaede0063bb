/**
 * Lists and finds the windows of all programs.
 *
 * @module
 */

import { quote } from "../io/format.ts";
import { checkInteger, checkString } from "../io/checks.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { HWND_MESSAGE } from "../win32/constants.ts";
import { user32 } from "../win32/user32.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";
import { childWindows } from "../window/child_windows.ts";

/** A window, as returned by {@linkcode findWindows}. */
export interface WindowInfo {
  /** Its handle (`HWND`). Only 32 bits are significant. */
  readonly handle: number;
  /** The process id of its owner. */
  readonly pid: number;
  /** The name of its class. */
  readonly className: string;
  /** Its title, which may be empty. */
  readonly title: string;
  /** Whether it is visible. */
  readonly visible: boolean;
}

/** The windows to find: those that match all given options. */
export interface FindWindowsOptions {
  /** The whole title; case does not matter. */
  title?: string | undefined;
  /** The name of the class; case does not matter. */
  className?: string | undefined;
  /** The process id of its owner. */
  pid?: number | undefined;
  /**
   * Searches message-only windows, which other searches skip.
   *
   * @default {false}
   */
  messageOnly?: boolean | undefined;
}

/**
 * A window to send to: its title, its handle, an object with a handle such as a
 * {@linkcode WindowInfo}, or search options as for {@linkcode findWindows}.
 */
export type WindowTarget =
  | string
  | number
  | bigint
  | { readonly handle: number | bigint }
  | FindWindowsOptions;

const MAX_CLASS_NAME = 257;
const MAX_TITLE = 1024;

/**
 * Returns the windows that match `options`, topmost first, including hidden
 * ones. Services and sessions of SSH or WinRM cannot find the windows of the
 * user's desktop.
 *
 * Calls `FindWindowExW`. Needs kernel32.dll and user32.dll.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad option
 *
 * @example
 * ```ts
 * import { findWindows } from "@winipc/winipc";
 *
 * for (const { handle, pid } of findWindows({ title: "Client" })) {
 *   console.log(handle, pid);
 * }
 * ```
 */
export function findWindows(options: FindWindowsOptions): WindowInfo[] {
  checkFilter(options);
  useNative("message");
  return [...matching(options)].map(infoOf);
}

/**
 * Returns all top-level windows of the desktop, including hidden ones.
 *
 * Calls `FindWindowExW`. Needs kernel32.dll and user32.dll.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 *
 * @example
 * ```ts
 * import { listWindows } from "@winipc/winipc";
 *
 * console.table(listWindows().filter(({ visible }) => visible));
 * ```
 */
export function listWindows(): WindowInfo[] {
  return findWindows({});
}

/** Reads the properties of the window `handle`. */
export function infoOf(handle: bigint): WindowInfo {
  const { raw } = user32();
  const title = new Uint8Array(2 * MAX_TITLE);
  const length = raw.InternalGetWindowText(handle, title, MAX_TITLE);
  const className = new Uint8Array(2 * MAX_CLASS_NAME);
  raw.GetClassNameW(handle, className, MAX_CLASS_NAME);
  return {
    handle: Number(BigInt.asUintN(32, handle)),
    pid: pidOf(handle),
    className: fromUtf16(className),
    title: fromUtf16(title.subarray(0, 2 * length)),
    visible: raw.IsWindowVisible(handle) !== 0,
  };
}

/** Checks a target: a handle, or search options. */
export function checkTarget(target: WindowTarget): bigint | FindWindowsOptions {
  if (typeof target === "bigint" || typeof target === "number") {
    checkInteger("window handle", Number(target), 1, 0xffff_ffff);
    return BigInt(target);
  }
  if (typeof target === "string") return checkTarget({ title: target });
  if (typeof target !== "object" || target === null) {
    throw new TypeError(
      "Invalid target: give a title, a handle, or { title, className, pid }",
    );
  }
  if ("handle" in target) return checkTarget(target.handle);
  checkFilter(target);
  const { title, className, pid, messageOnly } = target;
  if (title === undefined && className === undefined && pid === undefined) {
    throw new TypeError("Invalid target: give a title, a className or a pid");
  }
  // By name, because they may be inherited.
  return { title, className, pid, messageOnly };
}

/** The window for `target`; undefined if it does not exist. */
export function lookUp(
  target: bigint | FindWindowsOptions,
): bigint | undefined {
  if (typeof target === "bigint") {
    return user32().raw.IsWindow(target) === 0 ? undefined : target;
  }
  const { title, className, pid, messageOnly } = target;
  const found = best(target);
  if (found !== undefined || messageOnly !== undefined) return found;
  return best({ title, className, pid, messageOnly: true });
}

/** A target for errors: `the window titled "Client"`. */
export function describe(target: bigint | FindWindowsOptions): string {
  if (typeof target === "bigint") return `the window ${hex(target)}`;
  const { title, className, pid } = target;
  const parts = [
    title === undefined ? [] : [`titled ${quote(title)}`],
    className === undefined ? [] : [`of class ${quote(className)}`],
    pid === undefined ? [] : [`of process ${pid}`],
  ].flat();
  return `the window ${parts.join(" ")}`;
}

/** A handle in the format of Windows' tools. */
function hex(handle: bigint): string {
  return `0x${handle.toString(16).padStart(8, "0")}`;
}

function best(target: FindWindowsOptions): bigint | undefined {
  // The first match wins, and each further query costs time.
  if (target.title !== undefined) return matching(target).next().value;
  const found = [...matching(target)];
  if (found.length < 2) return found[0];
  return found.toSorted((a, b) => rank(a) - rank(b))[0];
}

/**
 * Without a title to search for: visible windows first, then those with a
 * title, then others.
 */
function rank(handle: bigint): number {
  const { visible, title, className } = infoOf(handle);
  if (/^(IME|MSCTFIME UI)$/.test(className)) return 3;
  return visible ? 0 : title === "" ? 2 : 1;
}

function* matching(
  { title, className, pid, messageOnly = false }: FindWindowsOptions,
): Generator<bigint, undefined, void> {
  const parent = messageOnly ? HWND_MESSAGE : 0n;
  const wideClass = className === undefined ? null : toUtf16(className);
  const wideTitle = title === undefined ? null : toUtf16(title);
  for (const window of childWindows(parent, wideClass, wideTitle)) {
    if (pid === undefined || pidOf(window) === pid) yield window;
  }
}

function pidOf(handle: bigint): number {
  const pid = new Uint32Array(1);
  user32().raw.GetWindowThreadProcessId(handle, pid);
  return pid[0]!;
}

function checkFilter({ title, className, pid }: FindWindowsOptions): void {
  if (title !== undefined) checkString("title", title, 0);
  if (className !== undefined) checkString("className", className, 0);
  if (pid !== undefined) checkInteger("pid", pid, 0, 0xffff_ffff);
}
