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
import { onAbort } from "../wait/on_abort.ts";
import { checkWait, type WaitOptions } from "../wait/wait_options.ts";

/**
 * How long to wait before cancelling a thread's call again, in ms: the thread
 * may have been about to enter it. Doubled up to the longest delay, because a
 * thread that waits for its turn cannot be cancelled.
 */
const CANCEL_AGAIN_MS = 1;
const MAX_CANCEL_DELAY_MS = 64;

/** Reads and writes on other threads. `close()` cancels pending operations. */
export class BlockingHandle extends Handle implements IoHandle {
  /** Windows runs one operation on it at a time. */
  readonly synchronous = true;

  /** Does nothing: Deno keeps the program alive while a thread is in a call. */
  override setRef(_refed: boolean): void {}

  /**
   * Runs an operation to its end. If `wait` aborts or times out, the call is
   * cancelled, and the promise rejects with the reason when it has returned. If
   * the operation succeeds meanwhile, the promise resolves, so that no data is
   * lost. While another operation on the handle's file object runs, perhaps of
   * another process, Windows has not begun this one, and cannot cancel it.
   *
   * @throws {Deno.errors.BadResource} when the handle is or gets closed
   */
  async run<T>(operation: Operation<T>, wait: WaitOptions): Promise<T> {
    const { size, blockingFallback } = operation;
    checkWait(wait);
    this.assertOpen();
    if (blockingFallback === undefined) {
      throw new Deno.errors.NotSupported(
        `${this.what} is not overlapped, which this operation needs`,
      );
    }
    const buffer = acquireBuffer(size);
    const raw = this.pin();
    using call = new IoCanceller(raw);
    let aborted: { reason: unknown } | undefined;
    const abort = (reason: unknown) => {
      aborted ??= { reason };
      call.cancel();
    };
    const undo = [
      onAbort(wait, abort),
      this.onClose(() => abort(this.closedError())),
    ];
    try {
      const succeeded = await blockingFallback.begin(buffer) !== 0;
      const bytes = transferred(buffer);
      let code: number = ERROR.ERROR_SUCCESS;
      if (!succeeded) {
        if (bytes === 0 && aborted !== undefined) throw aborted.reason;
        // A message longer than the buffer succeeds in part.
        code = bytes > 0 ? ERROR.ERROR_MORE_DATA : blockingFallback.reason();
      }
      return operation.end({ code, bytes }, buffer);
    } finally {
      for (const end of undo) end();
      releaseBuffer(buffer);
      this.unpin();
    }
  }
}

/** Cancels the call of a thread that waits on a handle. */
class IoCanceller implements Disposable {
  readonly #raw: bigint;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = CANCEL_AGAIN_MS;

  constructor(raw: bigint) {
    this.#raw = raw;
  }

  /** Cancels it, repeatedly until disposed. */
  cancel(): void {
    clearTimeout(this.#timer);
    kernel32().raw.CancelIoEx(this.#raw, 0n);
    this.#timer = setTimeout(() => this.cancel(), this.#delay);
    this.#delay = Math.min(2 * this.#delay, MAX_CANCEL_DELAY_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
