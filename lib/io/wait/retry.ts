/**
 * Retries until success.
 *
 * @module
 */

import { pause } from "./pause.ts";
import { remaining, type WaitOptions } from "./wait_options.ts";

/** The pause between attempts, in ms; it doubles each time. */
export interface RetryDelays {
  /** After the first attempt. */
  readonly first: number;
  /** At most. */
  readonly last: number;
}

/** For a partner that will likely appear soon: checking for it is cheap. */
export const SHORT_DELAYS: RetryDelays = { first: 1, last: 16 };

/** For a partner that costs more to look for: another thread, or the network. */
export const LONG_DELAYS: RetryDelays = { first: 4, last: 128 };

/**
 * Calls `attempt` with the rest of `wait`, pausing in between, until it returns
 * something other than `undefined`. Rejects when `attempt` throws, or when `wait`
 * aborts or times out.
 */
export async function retry<T>(
  wait: WaitOptions,
  { first, last }: RetryDelays,
  attempt: (left: WaitOptions) => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const since = performance.now();
  for (let delay = first;;) {
    const result = await attempt(remaining(wait, since));
    if (result !== undefined) return result;
    await pause(delay, remaining(wait, since));
    delay = Math.min(2 * delay, last);
  }
}
