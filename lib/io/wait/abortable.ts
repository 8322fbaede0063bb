/**
 * Stops waiting for a promise that cannot be aborted itself. A native operation
 * is cancelled by its handle (../overlapped/overlapped_handle.ts).
 *
 * @module
 */

import { onAbort } from "./on_abort.ts";
import type { WaitOptions } from "./wait_options.ts";

/**
 * Resolves like `promise`, unless `wait` aborts or times out first. The time
 * limit keeps the program alive unless `refed` is false: then only what settles
 * the promise does.
 */
export async function abortable<T>(
  promise: Promise<T>,
  wait: WaitOptions,
  { refed = true }: { refed?: boolean } = {},
): Promise<T> {
  if (wait.signal === undefined && wait.timeout === undefined) {
    return await promise;
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const disarm = onAbort(wait, reject, { refed });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    disarm();
  }
}
