/**
 * What readers and writers stand on: a handle that runs operations to their
 * end, overlapped or not.
 *
 * @module
 */

import type { Block } from "./block.ts";
import type { WaitOptions } from "./wait.ts";

/** How an operation ended: a Win32 code (0 for success) and the bytes moved. */
export interface Completion {
  readonly code: number;
  readonly bytes: number;
}

/** One call that reads or writes. */
export interface Operation<T> {
  /** How many bytes of native memory its data takes. */
  readonly size: number;
  /** Makes the call and returns its result: 0 for "failed or pending", as Windows has it. */
  begin(block: Block): number;
  /** For a handle that is not overlapped, where there is a way. */
  readonly elsewhere?: Elsewhere;
  /** Turns the end into a result, while the block still holds the data. */
  end(completion: Completion, block: Block): T;
}

/** The call for a handle that is not overlapped, which waits on another thread. */
export interface Elsewhere {
  /** Makes the call and resolves to its result; the count of bytes goes where `OVERLAPPED.InternalHigh` is. */
  begin(block: Block): Promise<number>;
  /** Tells why that has failed, by a call that does not wait: its own code is lost on the other thread. */
  reason(): number;
}

/** A handle that is read and written. */
export interface Channel {
  /** The handle's value. Throws `BadResource` when closed. */
  readonly raw: bigint;
  /** Whether `close()` was called. */
  readonly closed: boolean;
  /** Whether operations wait for each other, also those of other processes that have the handle: it is not overlapped. */
  readonly synchronous: boolean;
  /** Throws `BadResource` when closed. */
  assertOpen(): void;
  /** Decides whether operations keep the program alive. */
  setRef(refed: boolean): void;
  /** Runs an operation to its end, or gives up. */
  run<T>(operation: Operation<T>, wait: WaitOptions): T | Promise<T>;
  /** Ends pending operations, which reject with `BadResource`, and closes the handle. Safe to call twice. */
  close(): void;
  /** Closes and waits until every pending operation has ended. */
  closeAndSettle(): Promise<void>;
}
