/**
 * Polling, for conditions that Windows cannot wait for.
 *
 * @module
 */

import type { Handle } from "../io/object/handle.ts";
import { onAbort } from "../io/wait/on_abort.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";

const FIRST_DELAY_MS = 1;
const LAST_DELAY_MS = 10;

/** The delays between polls, in ms; the last one repeats. */
export function* retryDelays(): Generator<number, never, void> {
  for (let delay = FIRST_DELAY_MS;; delay *= 2) {
    yield Math.min(delay, LAST_DELAY_MS);
  }
}

const sleeps = new Set<() => void>();

/** Updates whether the sleeps keep the program alive, after a handle's `setRef`. */
export function reconsiderSleeps(): void {
  for (const reconsider of sleeps) reconsider();
}

/**
 * Waits for `delay` ms. Rejects when `options` abort or time out, or when one
 * of `handles` is closed. The program may end meanwhile if none of them is
 * ref'd.
 */
export function sleep(
  delay: number,
  handles: readonly Handle[],
  options: WaitOptions,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const end = (settle: () => void) => {
    clearTimeout(timer);
    sleeps.delete(reconsider);
    for (const undo of undos) undo();
    settle();
  };
  const timer = setTimeout(() => end(resolve), delay);
  const reconsider = () =>
    handles.some(({ refed }) => refed)
      ? Deno.refTimer(timer)
      : Deno.unrefTimer(timer);
  reconsider();
  sleeps.add(reconsider);
  const undos = handles.map((handle) =>
    handle.onClose(() => end(() => reject(handle.closedError())))
  );
  undos.push(onAbort(options, (reason) => end(() => reject(reason))));
  return promise;
}
