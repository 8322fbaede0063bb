/**
 * What happens when a signal aborts, or a time limit passes.
 *
 * @module
 */

import { timedOut, type WaitOptions } from "./wait_options.ts";

/** The longest delay of timers; above it `setTimeout` fires at once. */
export const MAX_DELAY = 2 ** 31 - 1;

/**
 * Calls `listener` with the reason, at most once, when `options` abort or time
 * out, and soon if they already have. The returned function stops this.
 *
 * The time limit keeps the program alive only if it is `refed`. A pending
 * operation does so itself, unless it is unref'd.
 */
export function onAbort(
  options: WaitOptions,
  listener: (reason: unknown) => void,
  { refed = false }: { refed?: boolean } = {},
): () => void {
  const { signal, timeout = Infinity } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let armed = true;
  const end = (reason: unknown) => {
    if (!armed) return;
    disarm();
    listener(reason);
  };
  const abort = () => end(signal!.reason);
  const disarm = () => {
    armed = false;
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
  signal?.addEventListener("abort", abort);
  // An abort that came first, for example during an earlier wait, fires no
  // event.
  if (signal?.aborted) queueMicrotask(abort);
  const countDown = (left: number) => {
    const delay = Math.min(left, MAX_DELAY);
    timer = setTimeout(() => {
      if (left > delay) countDown(left - delay);
      else end(timedOut(options));
    }, delay);
    if (!refed) Deno.unrefTimer(timer);
  };
  if (timeout < Infinity) countDown(timeout);
  return disarm;
}
