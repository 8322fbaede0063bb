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
  readonly min: number;
  /** At most. */
  readonly max: number;
}

/** For a partner that will likely appear soon: checking for it is cheap. */
export const SHORT_DELAYS: RetryDelays = { min: 1, max: 16 };

/** For a partner that costs more to check for: another thread, or the network. */
export const LONG_DELAYS: RetryDelays = { min: 4, max: 128 };

/**
 * Calls `attempt` with the rest of `wait`, pausing in between, until it returns
 * something other than `undefined`. Rejects when `attempt` throws, or when `wait`
 * aborts or times out.
 */
export async function retry<T>(
  wait: WaitOptions,
  { min, max }: RetryDelays,
  attempt: (left: WaitOptions) => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const since = performance.now();
  for (let delay = min;;) {
    const result = await attempt(remaining(wait, since));
    if (result !== undefined) return result;
    await pause(delay, remaining(wait, since));
    delay = Math.min(2 * delay, max);
  }
}
