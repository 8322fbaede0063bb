/**
 * Trying again until it works.
 *
 * @module
 */

import { pause, remaining, type WaitOptions } from "./wait.ts";

/** How long to pause between attempts, in ms: twice as long each time. */
export interface RetryDelays {
  /** After the first attempt. */
  readonly first: number;
  /** At most. */
  readonly last: number;
}

/** Where the other side is likely about to come: what it costs to ask is little. */
export const SHORT_DELAYS: RetryDelays = { first: 1, last: 16 };

/**
 * What `attempt` gives as soon as it gives anything; it gets what is left of
 * `wait`. What it throws ends the attempts, and so does `wait`.
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
