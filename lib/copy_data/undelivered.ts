/**
 * Why a message was not delivered.
 *
 * `SendMessageTimeoutW` runs on a thread of Deno's pool, and its last error is
 * lost there. The state of the window shows the reason.
 *
 * @module
 */

import { type ErrorHints, toDenoError } from "../io/deno_error.ts";
import { timeoutError } from "../io/wait/wait_options.ts";
import { TICK_MS } from "../window/send_flags.ts";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { user32 } from "../win32/user32.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { desktopNote } from "../window/desktop.ts";
import { PROBE } from "./probe.ts";

/** The known facts after a message was not delivered. */
export interface Facts {
  /** Whether the window still exists. */
  readonly exists: boolean;
  /** Whether Windows considers it hung. */
  readonly hung: boolean;
  /** How long the call took, in ms. */
  readonly elapsed: number;
  /** How long it was allowed to take, in ms. */
  readonly timeout: number;
  /** The error of posting a message without effect to it; 0 for success. */
  readonly post: number;
}

/**
 * Examines a window that a message did not reach.
 *
 * If UIPI blocks a message, Microsoft documents the same last error for posting
 * as for sending: 5, at once, for hung windows too. UIPI blocks registered
 * messages by default, as it does `WM_COPYDATA`. So a failure to post one shows
 * what `SendMessageTimeoutW` would have reported. UIPI did not block a message
 * whose call used its whole time limit.
 */
export function factsOf(
  handle: bigint,
  elapsed: number,
  timeout: number,
): Facts {
  const { raw } = user32();
  const exists = raw.IsWindow(handle) !== 0;
  const hung = exists && raw.IsHungAppWindow(handle) !== 0;
  const over = elapsed >= timeout - TICK_MS;
  const post = exists && !over ? tryPost(handle) : 0;
  return { exists, hung, elapsed, timeout, post };
}

/**
 * Whether the window accepts messages, and yet one was not delivered.
 * `SMTO_ABORTIFHUNG` considers a thread hung that has not polled for messages
 * for five seconds and does not wait for any (wine-mirror/wine, server/queue.c,
 * is_queue_hung). That includes a thread that another message has just woken.
 */
export function isUnexplained(facts: Facts): boolean {
  const { exists, hung, elapsed, timeout, post } = facts;
  return exists && !hung && post === 0 && elapsed < timeout - TICK_MS;
}

/**
 * Whether the message failed only because Windows considers the window hung. Its
 * thread may have just been woken, and not have run yet.
 */
export function seemsHung(facts: Facts): boolean {
  const { hung, elapsed, timeout, post } = facts;
  return hung && post === 0 && elapsed < timeout - TICK_MS;
}

/**
 * The error for these facts, for a call with a limit of `limit` ms. Pure,
 * except for the texts of Windows.
 */
export function undelivered(
  action: string,
  facts: Facts,
  limit: number = facts.timeout,
): Error {
  const { exists, hung, elapsed, timeout, post } = facts;
  const because = (code: number) =>
    toDenoError(action, new Win32Error("SendMessageTimeoutW", code), HINTS);
  if (!exists) return because(ERROR.ERROR_INVALID_WINDOW_HANDLE);
  if (post === ERROR.ERROR_ACCESS_DENIED) return because(post);
  if (elapsed >= timeout - TICK_MS) {
    return timeoutError(limit, `${action}: it did not answer`);
  }
  if (hung) return because(ERROR.ERROR_TIMEOUT);
  if (post !== 0) return because(post);
  return new Error(`${action}: Windows does not say why`);
}

function tryPost(handle: bigint): number {
  const { raw, call } = user32();
  const probe = call.RegisterWindowMessageW(toUtf16(PROBE));
  const posted = raw.PostMessageW(handle, probe, 0n, 0n);
  return posted === 0 ? lastErrorCode() : 0;
}

/** The reason why a window is not found, for {@linkcode toDenoError}. */
export function noWindowHints(): ErrorHints {
  return {
    [ERROR.ERROR_INVALID_WINDOW_HANDLE]: [
      Deno.errors.NotFound,
      `there is no such window${desktopNote()}`,
    ],
  };
}

const HINTS: ErrorHints = {
  [ERROR.ERROR_INVALID_WINDOW_HANDLE]: [
    Deno.errors.BrokenPipe,
    "the window vanished before it answered",
  ],
  [ERROR.ERROR_ACCESS_DENIED]:
    "it runs at a higher integrity level (as administrator, perhaps), and Windows lets no message through; run this program at that level, or let the window allow it",
  [ERROR.ERROR_TIMEOUT]: "the window is hung: its program does not respond",
};
