/**
 * The owner of an overlapped handle, and the one way to run an operation on it.
 *
 * @module
 */

import { lastErrorCode, Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import {
  acquireBuffer,
  type OperationBuffer,
  releaseBuffer,
  STATUS_PENDING,
  statusOf,
  transferred,
} from "./operation_buffer.ts";
import type { Completion, IoHandle, Operation } from "./io_handle.ts";
import { toDenoError } from "../deno_error.ts";
import { Handle } from "../object/handle.ts";
import { yieldIfDue } from "../wait/yield.ts";
import {
  attach,
  completionPort,
  endKeepAlive,
  keepAlive,
  onCompletion,
  pollNow,
} from "./completion_port.ts";
import { onAbort } from "../wait/on_abort.ts";
import {
  beginWait,
  checkWait,
  remaining,
  type WaitOptions,
} from "../wait/wait_options.ts";

/**
 * Owns an overlapped handle and runs operations on it. It is not garbage
 * collected while one is pending.
 */
export class OverlappedHandle extends Handle implements IoHandle {
  /** Operations do not wait for each other. */
  readonly synchronous = false;
  #pendingCount = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  /**
   * Takes ownership of `raw`, described as `what` in errors, and joins it to
   * the completion port, unless it duplicates a handle that has `joined`: the
   * port belongs to the file object. If joining fails, the handle is closed.
   *
   * @throws {Win32Error} when the handle is not overlapped
   */
  constructor(raw: bigint, what: string, joined = false) {
    super(raw, what);
    try {
      if (!joined) attach(raw);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Sets whether operations on this handle keep the program alive. */
  override setRef(refed: boolean): void {
    if (refed === this.refed) return;
    super.setRef(refed);
    for (let i = 0; i < this.#pendingCount; i++) {
      refed ? keepAlive() : endKeepAlive();
    }
  }

  /**
   * Runs an operation to its end. If `wait` aborts or times out, the operation
   * is cancelled, and the promise rejects with the reason when it has ended. If
   * it succeeds meanwhile, the promise resolves, so that no data is lost.
   *
   * @throws {Deno.errors.BadResource} when the handle is or gets closed
   */
  run<T>(operation: Operation<T>, wait: WaitOptions): T | Promise<T> {
    checkWait(wait);
    this.assertOpen();
    const buffer = acquireBuffer(operation.size);
    let code: number | undefined;
    try {
      if (operation.begin(buffer) === 0) code = lastErrorCode();
    } catch (error) {
      releaseBuffer(buffer);
      throw error;
    }
    if (code === ERROR.ERROR_IO_PENDING) {
      return this.#awaitCompletion(operation, buffer, wait);
    }
    if (code !== undefined && !IO_ONLY_CODES.has(code)) {
      return this.#settleUncertain(operation, buffer, wait, code);
    }
    // A message longer than the buffer succeeds in part (ERROR_MORE_DATA). Since
    // Windows 8 such a read is pending, as a failed transaction is, and a packet
    // follows (Wine's ntdll/tests/pipe.c, test_completion; kernel32/tests/pipe.c,
    // overlapped_transact_failure). An older Windows, and Wine, end it at once and
    // post nothing, as for an immediate success. If a packet comes after all, it
    // finds no operation, or one that is still pending.
    const bytes = transferred(buffer);
    const result = endAndRelease(operation, buffer, { code: code ?? 0, bytes });
    const pause = operation.callerYields ? undefined : yieldIfDue(bytes);
    return pause === undefined ? result : pause.then(() => result);
  }

  /**
   * Cancels pending operations, which reject with `BadResource`, and closes the
   * handle. Safe to call twice.
   */
  override close(): void {
    if (!this.closed && this.#pendingCount > 0) this.#cancel(0n);
    super.close();
  }

  /** Closes the handle and waits for its pending operations to end. */
  override async closeAndSettle(): Promise<void> {
    this.close();
    if (this.#pendingCount === 0) return;
    // Keeps the program alive until the awaited close is done.
    this.setRef(true);
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Cancels the operation at `overlapped`, or with 0 all of them. */
  #cancel(overlapped: bigint): void {
    kernel32().raw.CancelIoEx(this.value, overlapped);
    pollNow();
  }

  async #awaitCompletion<T>(
    operation: Operation<T>,
    buffer: OperationBuffer,
    wait: WaitOptions,
  ): Promise<T> {
    let aborted: { reason: unknown } | undefined;
    const completed = this.#trackPending(buffer);
    const disarm = wait.signal === undefined && wait.timeout === undefined
      ? undefined
      : onAbort(wait, (reason) => {
        aborted = { reason };
        if (!this.closed) this.#cancel(buffer.overlapped);
      });
    const completion = await completed;
    disarm?.();
    this.#untrackPending();
    if (completion.code === ERROR.ERROR_OPERATION_ABORTED) {
      releaseBuffer(buffer);
      if (aborted !== undefined) throw aborted.reason;
      this.assertOpen();
      throw new Win32Error("GetOverlappedResult", completion.code);
    }
    return endAndRelease(operation, buffer, completion);
  }

  /**
   * Settles an operation whose error code may belong to another call of V8 or
   * Deno, as happened once in millions of reads. It has either failed or is
   * pending, and `CancelIoEx` finds out which (Microsoft: CancelIoEx):
   *
   * - It was pending: it is cancelled and started again, unless it sends.
   * - It was not: it failed with `code`, or it has ended and its completion is on
   *   the port. A packet posted behind that completion decides.
   *
   * Until then the memory stays in use, because taking a completion from the port
   * may write to the OVERLAPPED.
   */
  async #settleUncertain<T>(
    operation: Operation<T>,
    buffer: OperationBuffer,
    wait: WaitOptions,
    code: number,
  ): Promise<T> {
    const since = beginWait(wait);
    const { raw, call } = kernel32();
    const wasPending = raw.CancelIoEx(this.value, buffer.overlapped) !== 0;
    const failed = wasPending ? undefined : code || ERROR.ERROR_GEN_FAILURE;
    const completed = this.#trackPending(buffer, failed);
    call.PostQueuedCompletionStatus(
      completionPort(),
      0,
      0n,
      buffer.overlapped,
    );
    const completion = await completed;
    this.#untrackPending();
    if (!wasPending || completion.code !== ERROR.ERROR_OPERATION_ABORTED) {
      return endAndRelease(operation, buffer, completion);
    }
    releaseBuffer(buffer);
    this.assertOpen();
    if (operation.sends) throw unknownOutcome(this);
    return await this.run(operation, remaining(wait, since));
  }

  /**
   * Counts a pending operation, and resolves to its completion. With `failed`,
   * one that is still pending then has failed with that code.
   */
  #trackPending(buffer: OperationBuffer, failed?: number): Promise<Completion> {
    const { promise, resolve } = Promise.withResolvers<Completion>();
    onCompletion(buffer.overlapped, () => {
      const status = statusOf(buffer);
      const code = status === STATUS_PENDING
        ? failed
        : codeOf(this.value, buffer, status);
      if (code === undefined) return false;
      resolve({ code, bytes: transferred(buffer) });
      return true;
    });
    this.#pendingCount++;
    if (this.refed) keepAlive();
    return promise;
  }

  #untrackPending(): void {
    this.#pendingCount--;
    if (this.refed) endKeepAlive();
    if (this.#pendingCount === 0) this.#idle?.resolve();
  }
}

/**
 * The Windows error code of an operation that has ended with an NTSTATUS:
 * kernel32 converts that of the OVERLAPPED, which needs no ntdll.
 */
export function codeOf(
  handle: bigint,
  buffer: OperationBuffer,
  status: number,
): number {
  if (status >= 0) return ERROR.ERROR_SUCCESS;
  const { raw } = kernel32();
  const done = raw.GetOverlappedResult(handle, buffer.overlapped, ignored, 0);
  return done === 0 ? lastErrorCode() : ERROR.ERROR_SUCCESS;
}

/**
 * The error of an operation that sends, and was cancelled only to find out
 * whether it was pending.
 */
export function unknownOutcome({ named }: Handle): Error {
  const code = ERROR.ERROR_OPERATION_ABORTED;
  return toDenoError(
    `Cannot send by ${named}`,
    new Win32Error("GetOverlappedResult", code),
    {
      [code]:
        "the other side may have a part of the data; close the connection and connect again",
    },
  );
}

/**
 * Error codes that V8's and Deno's own Windows calls never set, so that they
 * must belong to an operation.
 */
const IO_ONLY_CODES = new Set<number>([
  ERROR.ERROR_HANDLE_EOF,
  ERROR.ERROR_NETNAME_DELETED,
  ERROR.ERROR_BROKEN_PIPE,
  ERROR.ERROR_BAD_PIPE,
  ERROR.ERROR_PIPE_BUSY,
  ERROR.ERROR_NO_DATA,
  ERROR.ERROR_PIPE_NOT_CONNECTED,
  ERROR.ERROR_MORE_DATA,
  ERROR.ERROR_PIPE_CONNECTED,
  ERROR.ERROR_PIPE_LISTENING,
]);

const ignored = new Uint32Array(1);

function endAndRelease<T>(
  operation: Operation<T>,
  buffer: OperationBuffer,
  completion: Completion,
): T {
  try {
    return operation.end(completion, buffer);
  } finally {
    releaseBuffer(buffer);
  }
}
