/**
 * Giving up: the options of everything that waits.
 *
 * @module
 */

import { shown } from "./shown.ts";

/** The options of everything that waits. */
export interface WaitOptions {
  /**
   * Gives up when aborted: the promise rejects with the signal's reason, after
   * the operation has ended and its memory is free.
   */
  signal?: AbortSignal | undefined;
  /**
   * Gives up after so many milliseconds: the promise rejects with a
   * `TimeoutError` DOMException. 0 takes only what is there at once.
   *
   * @default {Infinity}
   */
  timeout?: number | undefined;
}

/** The whole of a timeout of which only a rest is left: see `remaining()`. */
const TOTAL = Symbol("total timeout");
/** What is waited for: see `waitingFor()`. */
const AIM = Symbol("aim");
type Remaining = WaitOptions & { [TOTAL]?: number; [AIM]?: () => string };

/** The longest delay that timers can count; past it `setTimeout` fires at once. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * Checks `options` and that its signal is not aborted yet.
 *
 * @throws {TypeError} for a signal that is none, or a timeout that is no number
 * @throws {RangeError} for a negative timeout
 * @throws the reason of a signal that is already aborted
 */
export function checkWait({ signal, timeout }: WaitOptions): void {
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

/**
 * Calls `giveUp` with the reason, at most once, when `options` say so, and soon
 * where they have said so already. The function returned ends the watch.
 */
export function onGivingUp(
  options: WaitOptions,
  giveUp: (reason: unknown) => void,
): () => void {
  const { signal, timeout = Infinity } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let armed = true;
  const end = (reason: unknown) => {
    if (!armed) return;
    disarm();
    giveUp(reason);
  };
  const abort = () => end(signal!.reason);
  const disarm = () => {
    armed = false;
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  signal?.addEventListener("abort", abort);
  // Of an abort that came first, such as during an earlier wait, no event tells.
  if (signal?.aborted) queueMicrotask(abort);
  if (timeout <= MAX_DELAY) {
    timer = setTimeout(() => end(timedOut(options)), timeout);
  }
  return disarm;
}

/** What a wait by `options` rejects with when its time is over. */
export function timedOut(options: WaitOptions): DOMException {
  const { timeout = Infinity, [TOTAL]: total, [AIM]: aim } =
    options as Remaining;
  return timeoutError(total ?? timeout, aim?.());
}

/** What a wait of `timeout` ms rejects with; `aim` is that of `waitingFor()`. */
export function timeoutError(timeout: number, aim?: string): DOMException {
  const limit = `${Math.ceil(timeout)} ms`;
  return new DOMException(
    aim === undefined ? `Timed out after ${limit}` : `${aim} within ${limit}`,
    "TimeoutError",
  );
}

/**
 * The options of a wait whose timeout says what did not come about, such as
 * `Cannot open "x": nobody created it`, to which the limit is added. A wait that
 * is part of another says what the other one waits for.
 */
export function waitingFor<T extends WaitOptions>(
  options: T,
  aim: () => string,
): T {
  const { timeout = Infinity } = options;
  return timeout === Infinity || AIM in options
    ? options
    : { ...options, [AIM]: aim };
}

/** Waits for `delay` ms, or rejects when `options` give up before. */
export function pause(delay: number, options: WaitOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    disarm();
    resolve();
  }, delay);
  const disarm = onGivingUp(options, (reason) => {
    clearTimeout(timer);
    reject(reason);
  });
  return promise;
}

/**
 * The options that are left of `options` for a further wait, begun at `since`
 * (`performance.now()`). An error tells the whole timeout, not what was left of it.
 */
export function remaining(options: WaitOptions, since: number): WaitOptions {
  const { signal, timeout = Infinity, [TOTAL]: total = timeout, [AIM]: aim } =
    options as Remaining;
  if (timeout === Infinity) return options;
  const rest: Remaining = {
    signal,
    timeout: Math.max(0, timeout - (performance.now() - since)),
    [TOTAL]: total,
    ...aim && { [AIM]: aim },
  };
  return rest;
}
