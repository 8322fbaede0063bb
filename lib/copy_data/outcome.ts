/**
 * Why a message was not delivered.
 *
 * `SendMessageTimeoutW` runs on a thread of Deno's pool, where its last error
 * stays. What it would say is found out from the window itself.
 *
 * @module
 */

import { failure, type Reasons } from "../io/failure.ts";
import { timeoutError } from "../io/wait.ts";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { user32 } from "../win32/user32.ts";
import { toWide } from "../win32/wide.ts";
import { desktopNote } from "../window/desktop.ts";
import { PROBE } from "./probe.ts";

/** What is known after a message was not delivered. */
export interface Facts {
  /** Whether the window is still there. */
  readonly exists: boolean;
  /** Whether Windows calls it hung. */
  readonly hung: boolean;
  /** How long the call took, in ms. */
  readonly elapsed: number;
  /** How long it was allowed to take, in ms. */
  readonly timeout: number;
  /** What posting a harmless message to it fails with; 0 when it does not. */
  readonly post: number;
}

/** Timers and Windows' own clock differ by as much, in ms. */
const CLOCK_MS = 16;
/**
 * Looks at a window that a message did not reach.
 *
 * Microsoft documents the same last error for posting as for sending where UIPI
 * keeps a message back, hung window or not: 5, at once. So that a registered
 * message, which UIPI keeps back by default as it does `WM_COPYDATA`, cannot be
 * posted tells what `SendMessageTimeoutW` would have told. A message that was
 * waited for all the time was not kept back.
 */
export function factsOf(
  handle: bigint,
  elapsed: number,
  timeout: number,
): Facts {
  const { raw } = user32();
  const exists = raw.IsWindow(handle) !== 0;
  const hung = exists && raw.IsHungAppWindow(handle) !== 0;
  const over = elapsed >= timeout - CLOCK_MS;
  const post = exists && !over ? tryPost(handle) : 0;
  return { exists, hung, elapsed, timeout, post };
}

/**
 * Whether nothing keeps messages from the window, and yet one was not delivered.
 * `SMTO_ABORTIFHUNG` takes a thread for hung that has not looked for messages for
 * five seconds and does not wait for any (wine-mirror/wine, server/queue.c,
 * is_queue_hung): so is one that another message has just woken.
 */
export function isUnexplained(facts: Facts): boolean {
  const { exists, hung, elapsed, timeout, post } = facts;
  return exists && !hung && post === 0 && elapsed < timeout - CLOCK_MS;
}

/**
 * The error that facts amount to, for a call that might take `limit` ms in all.
 * Pure, but for the texts of Windows.
 */
export function undelivered(
  action: string,
  facts: Facts,
  limit: number = facts.timeout,
): Error {
  const { exists, hung, elapsed, timeout, post } = facts;
  const because = (code: number) =>
    failure(action, new Win32Error("SendMessageTimeoutW", code), REASONS);
  if (!exists) return because(ERROR.ERROR_INVALID_WINDOW_HANDLE);
  if (post === ERROR.ERROR_ACCESS_DENIED) return because(post);
  if (elapsed >= timeout - CLOCK_MS) {
    return timeoutError(limit, `${action}: it did not answer`);
  }
  if (hung) return because(ERROR.ERROR_TIMEOUT);
  if (post !== 0) return because(post);
  return new Error(`${action}: Windows does not say why`);
}

function tryPost(handle: bigint): number {
  const { raw, call } = user32();
  const probe = call.RegisterWindowMessageW(toWide(PROBE));
  const posted = raw.PostMessageW(handle, probe, 0n, 0n);
  return posted === 0 ? lastErrorCode() : 0;
}

/** Why a window is not found, for {@linkcode failure}. */
export function noWindowReasons(): Reasons {
  return {
    [ERROR.ERROR_INVALID_WINDOW_HANDLE]: [
      Deno.errors.NotFound,
      `there is no such window${desktopNote()}`,
    ],
  };
}

const REASONS: Reasons = {
  [ERROR.ERROR_INVALID_WINDOW_HANDLE]: [
    Deno.errors.BrokenPipe,
    "the window vanished before it answered",
  ],
  [ERROR.ERROR_ACCESS_DENIED]:
    "it runs at a higher integrity level (as administrator, perhaps), and Windows lets no message through; run this program at that level, or let the window allow it",
  [ERROR.ERROR_TIMEOUT]: "the window is hung: its program does not respond",
};
