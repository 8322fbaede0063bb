/**
 * Sending messages without blocking the main thread.
 *
 * A call on Deno's pool takes as long to report its end as the message takes
 * itself. So a program with windows that keeps sending gets a thread for it,
 * which goes with its last window.
 *
 * @module
 */

import { user32 } from "../win32/user32.ts";
import { mayStartThread } from "./receiving.ts";
import { SEND_FLAGS } from "./sender_protocol.ts";
import { SenderThread } from "./sender_thread.ts";

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

/** How many calls justify a thread. */
const MANY = 32;

let windows = false;
let thread: SenderThread | undefined;
let calls = 0;

/** Sends a message, and tells whether it was delivered. */
export async function send(call: Call): Promise<boolean> {
  if (windows && ++calls === MANY && mayStartThread()) {
    thread = new SenderThread();
  }
  const sending = thread?.tryCall(call);
  if (sending !== undefined) return await sending;
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

/** The program has windows from now on. */
export function allowSenderThread(): void {
  windows = true;
}

/** It has none any more. */
export async function stopSenderThread(): Promise<void> {
  windows = false;
  calls = 0;
  const stopped = thread?.stop();
  thread = undefined;
  await stopped;
}
