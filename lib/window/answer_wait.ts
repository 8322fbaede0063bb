/**
 * The window thread's wait for the answer to a message.
 *
 * It polls for an answer that may come at once (lib/io/wait/adaptive_wait.ts), and
 * then sleeps in `MsgWaitForMultipleObjectsEx`, which handles other programs'
 * messages to its windows meanwhile. So two programs can send to each other
 * while they handle each other's messages. If too many messages are nested,
 * further ones wait in their senders' calls.
 *
 * @module
 */

import { AdaptiveWait } from "../io/wait/adaptive_wait.ts";
import { allocate, free } from "../win32/memory.ts";
import { MSG } from "../win32/structs.ts";
import { user32 } from "../win32/user32.ts";
import { IN_WINDOWS, WAKE_COUNT, WM_WAKE } from "./protocol.ts";

const PM_REMOVE = 1;
const QS_INPUT = 7;
const QS_POSTMESSAGE = 8;
const QS_SENDMESSAGE = 0x40;

/** Windows considers a thread hung that does not poll for messages for 5 s. */
const POLL_INTERVAL_MS = 2000;

/** Waits for answers to messages. The waits may be nested. */
export class AnswerWait {
  readonly #shared: Int32Array<SharedArrayBuffer>;
  readonly #control: () => bigint;
  readonly #mayNest: () => boolean;
  readonly #processRequests: () => void;
  readonly #message = allocate(MSG.size);
  readonly #answers = new Map<number, bigint | undefined>();
  readonly #adaptive = new AdaptiveWait();
  #last = 0;
  #aborted = false;

  /**
   * `control` gives the window that wakes the thread. `mayNest` says whether
   * one more message may be handled during these waits. `processRequests`
   * processes the program's requests, which may contain answers.
   */
  constructor(
    shared: Int32Array<SharedArrayBuffer>,
    control: () => bigint,
    mayNest: () => boolean,
    processRequests: () => void,
  ) {
    this.#shared = shared;
    this.#control = control;
    this.#mayNest = mayNest;
    this.#processRequests = processRequests;
  }

  /** Whether there are waits. */
  get waiting(): boolean {
    return this.#answers.size > 0;
  }

  /** A number for a message that needs an answer. */
  next(): number {
    return ++this.#last;
  }

  /**
   * Delivers the answer to a message; does nothing if there is no wait for it
   * any more.
   */
  give(message: number, result: bigint): void {
    if (this.#answers.has(message)) this.#answers.set(message, result);
  }

  /** Ends all waits without an answer. */
  abort(): void {
    this.#aborted = true;
  }

  /** Waits for the answer to a message; undefined if it comes too late. */
  wait(message: number, timeout: number): bigint | undefined {
    const until = performance.now() + timeout;
    this.#answers.set(message, undefined);
    try {
      for (let polled = false;; polled = true) {
        const wakes = Atomics.load(this.#shared, WAKE_COUNT);
        this.#processRequests();
        const answer = this.#answers.get(message);
        const left = until - performance.now();
        if (answer !== undefined) return answer;
        if (left <= 0 || this.#aborted) return undefined;
        if (!polled) this.#poll(wakes);
        else this.#sleepInWindows(wakes, left);
      }
    } finally {
      this.#answers.delete(message);
    }
  }

  /** Frees its memory. */
  close(): void {
    free(this.#message);
  }

  #poll(wakes: number): void {
    Atomics.store(this.#shared, IN_WINDOWS, 0);
    this.#adaptive.poll(() => Atomics.load(this.#shared, WAKE_COUNT) !== wakes);
    Atomics.store(this.#shared, IN_WINDOWS, 1);
  }

  #sleepInWindows(wakes: number, left: number): void {
    if (Atomics.load(this.#shared, WAKE_COUNT) !== wakes) return;
    const { raw } = user32();
    const since = performance.now();
    if (!this.#mayNest()) {
      // A thread that waits for input does not count as hung, even if it does
      // not poll for messages (Microsoft: IsHungAppWindow). PeekMessageW would
      // handle messages that others have sent, so WM_WAKE stays in the queue;
      // GetQueueStatus makes it no longer new.
      const kinds = QS_INPUT | QS_POSTMESSAGE;
      raw.MsgWaitForMultipleObjectsEx(0, 0n, Math.ceil(left), kinds, 0);
      raw.GetQueueStatus(kinds);
      return;
    }
    raw.MsgWaitForMultipleObjectsEx(
      0,
      0n,
      Math.ceil(Math.min(left, POLL_INTERVAL_MS)),
      QS_SENDMESSAGE | QS_POSTMESSAGE,
      0,
    );
    this.#adaptive.blocked(performance.now() - since);
    // This also handles messages that others have sent meanwhile. Each request
    // posts one WM_WAKE at most, so a second call after the only one is needless.
    const control = this.#control();
    while (
      raw.PeekMessageW(this.#message, control, WM_WAKE, WM_WAKE, PM_REMOVE) !==
        0 &&
      Atomics.load(this.#shared, WAKE_COUNT) !== ((wakes + 1) | 0)
    );
  }
}
