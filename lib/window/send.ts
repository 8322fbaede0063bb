/**
 * Sending messages without blocking the main thread.
 *
 * A call on Deno's pool takes as long to report its end as the message takes
 * itself, and keeps one of its few threads. So who sends more than a few gets
 * threads of Windows for it, or the window thread, where that may.
 *
 * @module
 */

import { tracing } from "../win32/trace/thread_hook.ts";
import { user32 } from "../win32/user32.ts";
import { SEND_FLAGS } from "./send_flags.ts";
import { sendOnThread, stopIdleSenders } from "./sender_thread.ts";

/** A call of `SendMessageTimeoutW`. */
export interface Call {
  readonly window: bigint;
  readonly message: number;
  readonly wParam: bigint;
  readonly lParam: bigint;
  /** In whole ms. */
  readonly timeout: number;
  /** The address of the 8 bytes of its result. */
  readonly result: bigint;
}

/** A thread with windows, which may send, too. */
export interface SendingThread {
  /** Sends, and tells whether that was delivered; undefined where it has something else to do. */
  send(call: Call): Promise<boolean> | undefined;
}

/** How many calls justify a thread. */
const MANY = 8;

let calls = 0;
let supported = true;
let windowThread: SendingThread | undefined;

/** Tells of the thread with windows, and when there is none any more. */
export function sendAlsoBy(thread: SendingThread | undefined): void {
  windowThread = thread;
}

/** Sends a message, and tells whether it was delivered. */
export async function send(call: Call): Promise<boolean> {
  // A trace tells of calls that are made from here.
  if (supported && ++calls > MANY && !tracing()) {
    try {
      return await (windowThread?.send(call) ?? sendOnThread(call));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotSupported)) throw error;
      supported = false;
    }
  }
  const { window, message, wParam, lParam, timeout, result } = call;
  return await user32().raw.SendMessageTimeoutW(
    window,
    message,
    wParam,
    lParam,
    SEND_FLAGS,
    timeout,
    result,
  ) !== 0n;
}

/** The program has no windows any more, and may not send any more, either. */
export function stopSenders(): void {
  calls = 0;
  stopIdleSenders();
}
