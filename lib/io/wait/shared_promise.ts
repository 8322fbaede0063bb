/**
 * Waiting again and again for one long-lived promise.
 *
 * @module
 */

import { onAbort } from "./on_abort.ts";
import type { WaitOptions } from "./wait_options.ts";

/**
 * A promise for which callers wait one after another, or at the same time. A
 * caller that times out or aborts leaves nothing behind. `Promise.race()` does:
 * its reactions stay until the promise is settled.
 */
export class SharedPromise<T> {
  /** Resolves when the promise is settled. */
  readonly settled: Promise<void>;
  readonly #promise: Promise<T>;
  readonly #waiting = new Set<() => void>();
  #isSettled = false;

  constructor(promise: Promise<T>) {
    this.#promise = promise;
    const settle = () => {
      this.#isSettled = true;
      for (const resume of this.#waiting) resume();
    };
    this.settled = promise.then(settle, settle);
  }

  /** Resolves like the promise, unless `wait` aborts or times out first. */
  async wait(wait: WaitOptions): Promise<T> {
    if (!this.#isSettled && isLimited(wait)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const disarm = onAbort(wait, reject);
      this.#waiting.add(resolve);
      try {
        await promise;
      } finally {
        disarm();
        this.#waiting.delete(resolve);
      }
    }
    return await this.#promise;
  }
}

function isLimited({ signal, timeout }: WaitOptions): boolean {
  return signal !== undefined || timeout !== undefined;
}
