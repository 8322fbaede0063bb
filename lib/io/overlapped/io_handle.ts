/**
 * The handles behind readers and writers, overlapped or not: they run
 * operations to their end.
 *
 * @module
 */

import type { OperationBuffer } from "./operation_buffer.ts";
import type { WaitOptions } from "../wait/wait_options.ts";

/**
 * The result of an operation: a Win32 code (0 for success) and the number of
 * bytes moved.
 */
export interface Completion {
  readonly code: number;
  readonly bytes: number;
}

/** One reading or writing call. */
export interface Operation<T> {
  /** How many bytes of native memory its data takes. */
  readonly size: number;
  /**
   * Makes the call and returns its result: as in Windows, 0 for "failed or
   * pending".
   */
  begin(buffer: OperationBuffer): number;
  /** For handles that are not overlapped, if possible. */
  readonly blockingFallback?: BlockingFallback;
  /**
   * Whether the caller lets the event loop run after it: other operations of the
   * caller wait for the end of this one.
   */
  readonly callerYields?: boolean;
  /**
   * Whether it sends data. It is never started again, because the other side
   * may have a part of it.
   */
  readonly sends?: boolean;
  /** Converts the result while the buffer still holds the data. */
  end(completion: Completion, buffer: OperationBuffer): T;
}

/** The call for a handle that is not overlapped, which blocks another thread. */
export interface BlockingFallback {
  /**
   * Makes the call and resolves to its result; the byte count goes where
   * `OVERLAPPED.InternalHigh` is.
   */
  begin(buffer: OperationBuffer): Promise<number>;
  /**
   * Finds the error of a failed call by one that does not wait: the code is
   * lost on the other thread.
   */
  reason(): number;
}

/** A handle for reading and writing. */
export interface IoHandle {
  /** The handle's value. Throws `BadResource` when closed. */
  readonly raw: bigint;
  /** Whether `close()` was called. */
  readonly closed: boolean;
  /**
   * Whether operations wait for each other, even those of other processes with
   * the same object: the handle is not overlapped.
   */
  readonly synchronous: boolean;
  /** Throws `BadResource` when closed. */
  assertOpen(): void;
  /** Sets whether operations keep the program alive. */
  setRef(refed: boolean): void;
  /** Runs an operation to its end, or until it is aborted. */
  run<T>(operation: Operation<T>, wait: WaitOptions): T | Promise<T>;
  /**
   * Cancels pending operations, which reject with `BadResource`, and closes the
   * handle. Safe to call twice.
   */
  close(): void;
  /** Closes the handle and waits for its pending operations to end. */
  closeAndSettle(): Promise<void>;
}
