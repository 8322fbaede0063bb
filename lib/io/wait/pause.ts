/**
 * A pause that a signal or a time limit ends.
 *
 * @module
 */

import { onAbort } from "./on_abort.ts";
import type { WaitOptions } from "./wait_options.ts";

/** Waits for `delay` ms, or rejects when `options` abort or time out first. */
export function pause(delay: number, options: WaitOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    disarm();
    resolve();
  }, delay);
  const disarm = onAbort(options, (reason) => {
    clearTimeout(timer);
    reject(reason);
  });
  return promise;
}
