/**
 * What socket connections stand on.
 *
 * @module
 */

import type { PipeMode } from "../io/connection.ts";
import { onGivingUp, type WaitOptions } from "../io/wait.ts";

/** A way to another process, whose operations cannot be given up themselves. */
export interface Transport {
  /** Whether boundaries between writes are kept. */
  readonly mode: PipeMode;
  /** The next bytes, or datagram; null at the end. */
  receive(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Sends all of `bytes`. */
  send(bytes: Uint8Array): Promise<void>;
  /** Says that nothing more will be sent. */
  closeWrite(): Promise<void>;
  /** Ends all. */
  close(): void;
  /** Decides whether what is pending keeps the program alive. */
  setRef(refed: boolean): void;
}

/** What `promise` gives, unless `wait` gives up before. */
export async function orGiveUp<T>(
  promise: Promise<T>,
  wait: WaitOptions,
): Promise<T> {
  if (wait.signal === undefined && wait.timeout === undefined) {
    return await promise;
  }
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const disarm = onGivingUp(wait, reject);
  try {
    return await Promise.race([promise, givenUp]);
  } finally {
    disarm();
  }
}
