/**
 * The owner of a handle that is not overlapped, for example an inherited one.
 *
 * Each pending operation blocks one thread of Deno's pool, which has four for
 * each processor. A process that has many such handles should use overlapped
 * ones.
 *
 * @module
 */

import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import {
  acquireBuffer,
  releaseBuffer,
  transferred,
} from "./operation_buffer.ts";
import type { IoHandle, Operation } from "./io_handle.ts";
import { Handle } from "../object/handle.ts";
import { checkWait, onAbort, type WaitOptions } from "../wait/wait_options.ts";

/**
 * How long to wait before cancelling a thread's call again, in ms: the thread
 * may have been about to enter it.
 */
const CANCEL_AGAIN_MS = 1;

/** Reads and writes on other threads. */
export class BlockingHandle implements IoHandle {
  /** Windows runs one operation on it at a time. */
  readonly synchronous = true;
  readonly #handle: Handle;

  /** Takes ownership of `raw`, described as `what` in errors. */
  constructor(raw: bigint, what: string) {
    this.#handle = new Handle(raw, what);
  }

  /** The handle's value. Throws `BadResource` when closed. */
  get raw(): bigint {
    return this.#handle.raw;
  }

  /** Whether {@linkcode BlockingHandle.close} was called. */
  get closed(): boolean {
    return this.#handle.closed;
  }

  /** Throws `BadResource` when closed. */
  assertOpen(): void {
    this.#handle.assertOpen();
  }

  /** Does nothing: Deno keeps the program alive while a thread is in a call. */
  setRef(_refed: boolean): void {}

  /**
   * Runs an operation to its end. If `wait` aborts or times out, the call is
   * cancelled, and the promise rejects with the reason when it has returned. If
   * the operation succeeds meanwhile, the promise resolves, so that no data is
   * lost.
   *
   * @throws {Deno.errors.BadResource} when the handle is or gets closed
   */
  async run<T>(operation: Operation<T>, wait: WaitOptions): Promise<T> {
    const { size, blockingFallback } = operation;
    checkWait(wait);
    this.#handle.assertOpen();
    if (blockingFallback === undefined) {
      throw new Deno.errors.NotSupported(
        `${this.#handle.what} is not overlapped, which this operation needs`,
      );
    }
    const buffer = acquireBuffer(size);
    const raw = this.#handle.pin();
    using call = new IoCanceller(raw);
    let aborted: { reason: unknown } | undefined;
    const abort = (reason: unknown) => {
      aborted ??= { reason };
      call.cancel();
    };
    const undo = [
      onAbort(wait, abort),
      this.#handle.onClose(() => abort(this.#handle.closedError())),
    ];
    try {
      const done = await blockingFallback.begin(buffer);
      const bytes = transferred(buffer);
      if (done === 0 && bytes === 0 && aborted !== undefined) {
        throw aborted.reason;
      }
      // A message longer than the buffer succeeds in part.
      const code = done !== 0
        ? ERROR.ERROR_SUCCESS
        : bytes > 0
        ? ERROR.ERROR_MORE_DATA
        : blockingFallback.reason();
      return operation.end({ code, bytes }, buffer);
    } finally {
      for (const end of undo) end();
      releaseBuffer(buffer);
      this.#handle.unpin();
    }
  }

  /**
   * Cancels pending operations, which reject with `BadResource`, and closes the
   * handle. Safe to call twice.
   */
  close(): void {
    this.#handle.close();
  }

  /** Closes the handle and waits for its pending operations to end. */
  async closeAndSettle(): Promise<void> {
    await this.#handle.closeAndSettle();
  }
}

/** Cancels the call of a thread that waits on a handle. */
class IoCanceller implements Disposable {
  readonly #raw: bigint;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(raw: bigint) {
    this.#raw = raw;
  }

  /** Cancels it, repeatedly until disposed. */
  cancel(): void {
    clearTimeout(this.#timer);
    kernel32().raw.CancelIoEx(this.#raw, 0n);
    this.#timer = setTimeout(() => this.cancel(), CANCEL_AGAIN_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
