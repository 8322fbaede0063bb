/**
 * Writing to a pipe.
 *
 * @module
 */

import { Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { copyIn } from "../../win32/memory.ts";
import type { IoHandle } from "../overlapped/io_handle.ts";
import { toDenoError } from "../deno_error.ts";
import { AsyncSemaphore } from "../wait/async_semaphore.ts";
import {
  beginWait,
  isFramed,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../wait/wait_options.ts";
import { checkUnresized } from "../../win32/check_unresized.ts";
import { peekCode } from "./pipe_reader.ts";
import { WriteCoalescer } from "./write_coalescer.ts";

/** The meaning of a write's failures. */
export const OTHER_SIDE_CLOSED = Object.fromEntries(
  [ERROR.ERROR_BROKEN_PIPE, ERROR.ERROR_NO_DATA, ERROR.ERROR_PIPE_NOT_CONNECTED]
    .map((code) => [code, "the other side has closed"]),
);

const LARGEST_WRITE = 1048576;

/**
 * The writing half of a pipe. Writes are served in the order of their calls.
 *
 * If a writer cancels a message, a reader that reads it in parts may already
 * have its beginning. Windows removes the rest without notice, and the reader
 * would take the next message for that rest. So there is no next message.
 */
export class PipeWriter {
  /** For writes that are part of a longer operation, such as a transaction. */
  readonly turns: AsyncSemaphore = new AsyncSemaphore();
  readonly #handle: IoHandle;
  readonly #name: string;
  readonly #queue = new WriteCoalescer((bytes, wait) =>
    this.#write(bytes, wait)
  );
  /**
   * Whether a write of more than one byte is pending, or was cancelled while
   * pending.
   */
  #inParts = false;

  /** Writes to `handle`, called `name` in errors. */
  constructor(handle: IoHandle, name: string) {
    this.#handle = handle;
    this.#name = name;
  }

  /**
   * Writes `bytes` as one message. If it is cancelled while pending, it is the
   * last one.
   */
  async writeMessage(bytes: Uint8Array, wait: WaitOptions): Promise<void> {
    const size = bytes.byteLength;
    const since = beginWait(wait);
    const options = this.#waiting(wait);
    const turn = this.turns.acquire(options);
    const held = turn instanceof Promise ? await turn : turn;
    try {
      this.assertWhole();
      checkUnresized(bytes, size);
      await this.#run(bytes, remaining(options, since));
    } finally {
      held[Symbol.dispose]();
    }
  }

  /**
   * Throws `BrokenPipe` if a message was cancelled while pending, or failed in
   * part. The caller must hold the turn.
   */
  assertWhole(): void {
    this.#handle.assertOpen();
    if (!this.#inParts) return;
    throw new Deno.errors.BrokenPipe(
      `Cannot write to "${this.#name}": an earlier message was cancelled or failed, and the other side may have a part of it; close the connection and connect again`,
    );
  }

  /**
   * Writes `bytes` to the stream: at once if no write is pending, else after
   * that, merged with other writes.
   */
  writeBytes(bytes: Uint8Array, wait: WaitOptions): void | Promise<void> {
    return this.#queue.write(bytes, this.#waiting(wait));
  }

  /** Like {@linkcode writeBytes}, for a caller that makes its next write without waiting. */
  acceptBytes(bytes: Uint8Array, wait: WaitOptions): void | Promise<void> {
    return this.#queue.accept(bytes, this.#waiting(wait));
  }

  /** Passes accepted bytes to Windows, unless a call is pending. */
  flush(): void {
    this.#queue.flush();
  }

  /** Writes `bytes`, in pieces if they are many. */
  #write(bytes: Uint8Array, wait: WaitOptions): void | Promise<void> {
    if (isFramed(wait)) this.assertWhole();
    return bytes.byteLength <= LARGEST_WRITE
      ? this.#run(bytes, wait)
      : this.#writePieces(bytes, wait);
  }

  async #writePieces(bytes: Uint8Array, wait: WaitOptions): Promise<void> {
    const size = bytes.byteLength;
    const since = beginWait(wait);
    for (let at = 0; at < size; at += LARGEST_WRITE) {
      try {
        checkUnresized(bytes, size);
        const piece = bytes.subarray(at, at + LARGEST_WRITE);
        await this.#run(piece, remaining(wait, since));
      } catch (error) {
        // It was cancelled between two pieces, or a later one has failed.
        if (at > 0) this.#inParts = true;
        throw error;
      }
    }
  }

  #waiting(wait: WaitOptions): WaitOptions {
    return withTimeoutMessage(
      wait,
      () =>
        `Cannot write to "${this.#name}": the other side did not read all of it`,
    );
  }

  #run(bytes: Uint8Array, wait: WaitOptions): void | Promise<void> {
    const handle = this.#handle;
    const size = bytes.byteLength;
    return handle.run({
      size,
      callerYields: true,
      sends: true,
      begin: ({ data, overlapped }) => {
        copyIn(data, bytes, size);
        this.#inParts = size > 1;
        return kernel32().raw.WriteFile(handle.raw, data, size, 0n, overlapped);
      },
      blockingFallback: {
        begin: ({ data, count }) => {
          copyIn(data, bytes, size);
          this.#inParts = size > 1;
          const { raw } = kernel32();
          return raw.WriteFileNonblocking(handle.raw, data, size, count, 0n);
        },
        reason: () => this.#whyNot(),
      },
      end: ({ code }) => {
        this.#inParts = false;
        if (code === ERROR.ERROR_SUCCESS) return;
        throw toDenoError(
          `Cannot write to "${this.#name}"`,
          new Win32Error("WriteFile", code),
          OTHER_SIDE_CLOSED,
        );
      },
    }, wait);
  }

  /**
   * Peeking shows whether the other side is there. Writing zero bytes would
   * too, but a reader may take that for the end. An end that only writes must
   * not peek: there, the only likely cause is a closed reader.
   */
  #whyNot(): number {
    const code = peekCode(this.#handle.raw);
    return code === ERROR.ERROR_ACCESS_DENIED
      ? ERROR.ERROR_NO_DATA
      : code || ERROR.ERROR_OPERATION_ABORTED;
  }
}
