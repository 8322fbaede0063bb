/**
 * The owner of an overlapped handle that other processes share, such as a
 * pipe's connection that a child inherits.
 *
 * The completion port and its modes belong to the file object, which all of its
 * handles share: a completion here would go to the port of the process that
 * joined it first. So each operation has its own event. Its low bit is set,
 * which keeps the completion off any port (Microsoft:
 * GetQueuedCompletionStatus), and the waiter of the isolate waits for it.
 *
 * @module
 */

import { lastErrorCode, Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { copyIn } from "../../win32/memory.ts";
import { OVERLAPPED } from "../../win32/structs.ts";
import {
  acquireBuffer,
  type OperationBuffer,
  releaseBuffer,
  STATUS_PENDING,
  statusOf,
  transferred,
} from "./operation_buffer.ts";
import type { IoHandle, Operation } from "./io_handle.ts";
import { Handle } from "../object/handle.ts";
import { codeOf, unknownOutcome } from "./overlapped_handle.ts";
import { onAbort } from "../wait/on_abort.ts";
import { pause } from "../wait/pause.ts";
import {
  beginWait,
  checkWait,
  remaining,
  type WaitOptions,
} from "../wait/wait_options.ts";
import { reconsiderRefs, waitAny } from "../wait/waiter.ts";

/** How often to poll an operation that cannot be waited for, in ms. */
const POLL_MS = 1;

/** Whether `raw`, a file or pipe, was opened with `FILE_FLAG_OVERLAPPED`. */
export function isOverlapped(raw: bigint): boolean {
  // Only asynchronous handles have modes, and setting none changes nothing:
  // Wine's ntdll/tests/file.c, test_file_completion_information, whose results
  // are those of Windows (a synchronous handle: STATUS_INVALID_PARAMETER).
  return kernel32().raw.SetFileCompletionNotificationModes(raw, 0) !== 0;
}

/** Runs each operation with its own event. */
export class SharedOverlappedHandle extends Handle implements IoHandle {
  /** Operations do not wait for each other. */
  readonly synchronous = false;
  readonly #idle: Handle[] = [];
  readonly #busy = new Set<Handle>();

  /** Sets whether operations on this handle keep the program alive. */
  override setRef(refed: boolean): void {
    super.setRef(refed);
    for (const event of this.#busy) event.setRef(refed);
    reconsiderRefs();
  }

  /**
   * Runs an operation to its end. When `wait` aborts, the operation is
   * cancelled and the promise rejects with the reason once it has ended; an
   * operation that succeeded meanwhile resolves, so that nothing is lost.
   *
   * @throws {Deno.errors.BadResource} when the handle is or gets closed
   */
  async run<T>(operation: Operation<T>, wait: WaitOptions): Promise<T> {
    checkWait(wait);
    this.assertOpen();
    const since = beginWait(wait);
    const buffer = acquireBuffer(operation.size);
    let event: Handle;
    try {
      event = this.#acquireEvent();
    } catch (error) {
      releaseBuffer(buffer);
      throw error;
    }
    copyIn(
      buffer.overlapped + BigInt(OVERLAPPED.fields.hEvent[0]),
      new Uint8Array(new BigUint64Array([event.raw | 1n]).buffer),
    );
    const raw = this.pin();
    try {
      let code: number = ERROR.ERROR_SUCCESS;
      if (operation.begin(buffer) === 0) {
        // 0: another call of V8 or Deno has overwritten the code.
        code = lastErrorCode() || ERROR.ERROR_GEN_FAILURE;
      }
      if (isPending(raw, buffer, code)) {
        const certain = code === ERROR.ERROR_IO_PENDING;
        code = await this.#ended(raw, buffer, event, certain ? wait : {});
        if (code === ERROR.ERROR_OPERATION_ABORTED) {
          if (certain) throw new Win32Error("GetOverlappedResult", code);
          // It was cancelled only to find out whether it was pending.
          if (operation.sends) throw unknownOutcome(this);
          return await this.run(operation, remaining(wait, since));
        }
      } else if (
        code !== ERROR.ERROR_SUCCESS && statusOf(buffer) !== STATUS_PENDING
      ) {
        // It ended before it could be cancelled, and the code is not its own.
        code = codeOf(raw, buffer, statusOf(buffer));
      }
      return operation.end({ code, bytes: transferred(buffer) }, buffer);
    } finally {
      releaseBuffer(buffer);
      this.#releaseEvent(event);
      this.unpin();
    }
  }

  /** Cancels pending operations, which reject with `BadResource`, and closes the handle. Safe to call twice. */
  override close(): void {
    super.close();
    for (const event of this.#idle.splice(0)) event.close();
  }

  /** Closes the handle and waits for its pending operations to end. */
  override async closeAndSettle(): Promise<void> {
    this.close();
    // Keeps the program alive until the awaited close is done.
    this.setRef(true);
    await super.closeAndSettle();
  }

  /** Waits for a pending operation, and returns its code. */
  async #ended(
    raw: bigint,
    buffer: OperationBuffer,
    event: Handle,
    wait: WaitOptions,
  ): Promise<number> {
    let aborted: { reason: unknown } | undefined;
    const abort = (reason: unknown) => {
      aborted ??= { reason };
      kernel32().raw.CancelIoEx(raw, buffer.overlapped);
    };
    const undo = [
      onAbort(wait, abort),
      this.onClose(() => abort(this.closedError())),
    ];
    try {
      await waitAny([{ handle: event }], {});
    } catch (reason) {
      // Only the wait has failed, for example because Windows has no memory for
      // it. The operation uses its memory and the event until it ends.
      abort(reason);
      while (statusOf(buffer) === STATUS_PENDING) await pause(POLL_MS, {});
    } finally {
      for (const end of undo) end();
    }
    const code = codeOf(raw, buffer, statusOf(buffer));
    if (code === ERROR.ERROR_OPERATION_ABORTED && aborted !== undefined) {
      throw aborted.reason;
    }
    return code;
  }

  #acquireEvent(): Handle {
    const event = this.#idle.pop() ??
      new Handle(
        // Each operation resets it when it starts (Microsoft: OVERLAPPED).
        kernel32().call.CreateEventW(null, 1, 0, null),
        "The event of an operation",
      );
    event.setRef(this.refed);
    this.#busy.add(event);
    return event;
  }

  #releaseEvent(event: Handle): void {
    this.#busy.delete(event);
    if (this.closed) event.close();
    else this.#idle.push(event);
  }
}

/**
 * Whether an operation that did not succeed at once is pending. A code other
 * than "pending" is trusted only if nothing can be cancelled: memory must not
 * be freed during an operation.
 */
function isPending(
  raw: bigint,
  buffer: OperationBuffer,
  code: number,
): boolean {
  if (code === ERROR.ERROR_SUCCESS || code === ERROR.ERROR_MORE_DATA) {
    return false;
  }
  if (code === ERROR.ERROR_IO_PENDING) return true;
  return kernel32().raw.CancelIoEx(raw, buffer.overlapped) !== 0;
}
