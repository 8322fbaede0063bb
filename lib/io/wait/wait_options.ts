/**
 * Aborts and timeouts: the options of everything that waits.
 *
 * @module
 */

import { shown } from "../format.ts";

/** The options of every function that waits. */
export interface WaitOptions {
  /**
   * Cancels the operation: the promise rejects with the signal's reason when
   * the operation has ended and its memory is free, or at once if Windows
   * cannot cancel it, as the function's description then says.
   */
  signal?: AbortSignal | undefined;
  /**
   * The time limit in milliseconds: after it, the promise rejects with a
   * `TimeoutError` DOMException. 0 only takes results that are available at
   * once.
   *
   * @default {Infinity}
   */
  timeout?: number | undefined;
}

/** The full timeout, if only a rest of it is left: see `remaining()`. */
const TOTAL = Symbol("total timeout");
/** The message of a timeout: see `withTimeoutMessage()`. */
const TIMEOUT_MESSAGE = Symbol("timeout message");
/** Whether a framed message is written: see `framed()`. */
const FRAMED = Symbol("framed");
type Remaining = WaitOptions & {
  [TOTAL]?: number;
  [TIMEOUT_MESSAGE]?: () => string;
  [FRAMED]?: boolean;
};

let timersAreLoaded = false;

/**
 * Loads the timers. Deno 2.9 does so when a program first names them, and runs
 * pending microtasks meanwhile (`lazyLoad` in deno_core's 01_core.js): a first
 * `setTimeout()` between two steps that belong together would let a completion
 * or an event come between them. So each operation loads them before it begins.
 */
export function loadTimers(): void {
  timersAreLoaded ||= typeof globalThis.setTimeout === "function";
}

/**
 * Checks `options` and that its signal is not yet aborted.
 *
 * @throws {TypeError} for an invalid signal, or a timeout that is not a number
 * @throws {RangeError} for a negative timeout
 * @throws the reason of a signal that is already aborted
 */
export function checkWait({ signal, timeout }: WaitOptions): void {
  loadTimers();
  if (timeout !== undefined) {
    if (typeof timeout !== "number" || Number.isNaN(timeout)) {
      throw new TypeError(
        `Invalid timeout ${shown(timeout)}: give a number of milliseconds`,
      );
    }
    if (timeout < 0) {
      throw new RangeError(`Invalid timeout ${timeout}: give 0 or more`);
    }
  }
  if (signal === undefined) return;
  if (!(signal instanceof AbortSignal)) {
    throw new TypeError("Invalid signal: give an AbortSignal");
  }
  signal.throwIfAborted();
}

/** The error of a wait by `options` whose time is over. */
export function timedOut(options: WaitOptions): DOMException {
  const { timeout = Infinity, [TOTAL]: total, [TIMEOUT_MESSAGE]: message } =
    options as Remaining;
  return timeoutError(total ?? timeout, message?.());
}

/** The error of a wait of `timeout` ms; `message` is that of `withTimeoutMessage()`. */
export function timeoutError(timeout: number, message?: string): DOMException {
  const limit = `${Math.ceil(timeout)} ms`;
  return new DOMException(
    message === undefined
      ? `Timed out after ${limit}`
      : `${message} within ${limit}`,
    "TimeoutError",
  );
}

/** A copy of `options`: the caller may change them, or use them again, during the wait. */
export function copyWait<T extends WaitOptions>(options: T): T {
  const { signal, timeout } = options;
  // By name, because they may be inherited.
  return { ...options, signal, timeout };
}

/**
 * The options of a wait whose timeout error says what failed, such as
 * `Cannot open "x": nobody created it`; the limit is appended. A wait that is
 * part of another has the message of the outer one. They are a copy, like that
 * of {@linkcode copyWait}.
 */
export function withTimeoutMessage<T extends WaitOptions>(
  options: T,
  message: () => string,
): T {
  // The outer one has copied them.
  if ((options as Remaining)[TIMEOUT_MESSAGE] !== undefined) return options;
  const wait: T & Remaining = copyWait(options);
  if ((wait.timeout ?? Infinity) < Infinity) wait[TIMEOUT_MESSAGE] = message;
  return wait;
}

/**
 * The options of the write of a framed message to a stream of bytes: the writer
 * refuses it behind a write that was cancelled while pending, because the other
 * side would take its bytes for the rest of that one.
 */
export function framed(options: WaitOptions): WaitOptions {
  const { signal, timeout } = options;
  return { ...options, signal, timeout, [FRAMED]: true } as Remaining;
}

/** Whether they come from {@linkcode framed}. */
export function isFramed(options: WaitOptions): boolean {
  return (options as Remaining)[FRAMED] === true;
}

/** When a wait by `options` begins, for {@linkcode remaining}: reads the clock only where a timeout needs it. */
export function beginWait({ timeout = Infinity }: WaitOptions): number {
  return timeout === Infinity ? 0 : performance.now();
}

/**
 * The rest of `options` for a further wait, begun at `since`
 * ({@linkcode beginWait}). Its error has the full timeout, not the rest.
 */
export function remaining(options: WaitOptions, since: number): WaitOptions {
  const {
    signal,
    timeout = Infinity,
    [TOTAL]: total = timeout,
    [TIMEOUT_MESSAGE]: message,
  } = options as Remaining;
  if (timeout === Infinity) return options;
  const rest: Remaining = {
    signal,
    timeout: Math.max(0, timeout - (performance.now() - since)),
    [TOTAL]: total,
    ...message && { [TIMEOUT_MESSAGE]: message },
    ...isFramed(options) && { [FRAMED]: true },
  };
  return rest;
}
