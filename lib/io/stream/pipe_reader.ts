/**
 * Reading from a pipe: bytes, and whole messages.
 *
 * @module
 */

import { concat } from "../concat.ts";
import { counted } from "../format.ts";
import { lastErrorCode, Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { copyOut } from "../../win32/memory.ts";
import type { IoHandle } from "../overlapped/io_handle.ts";
import { toDenoError } from "../deno_error.ts";
import { AsyncSemaphore } from "../wait/async_semaphore.ts";
import {
  beginWait,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../wait/wait_options.ts";

/** Takes received data from native memory, after `at` bytes of the same read. */
export type Fill = (data: bigint, bytes: number, at: number) => void;

/** The data of one read: part of a message if `more` is set. */
interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly more: boolean;
}

const FIRST_READ = 4096;
const LARGEST_READ = 1048576;

/** The reading half of a pipe. Reads are served in the order of their calls. */
export class PipeReader {
  /** For reads that are part of a longer operation, such as a transaction. */
  readonly turns: AsyncSemaphore = new AsyncSemaphore();
  readonly #handle: IoHandle;
  readonly #name: string;
  #expected = FIRST_READ;

  /** Reads from `handle`, called `name` in errors. */
  constructor(handle: IoHandle, name: string) {
    this.#handle = handle;
    this.#name = name;
  }

  /**
   * One read of at most `limit` bytes, passed to `fill`. Resolves to their
   * number, or to null at the end of the stream. In message mode, it is as much
   * of one message as fits.
   */
  async read(
    limit: number,
    fill: Fill,
    wait: WaitOptions,
  ): Promise<number | null> {
    const since = beginWait(wait);
    const options = this.#waiting(wait);
    const turn = this.turns.acquire(options);
    const held = turn instanceof Promise ? await turn : turn;
    try {
      const size = Math.min(limit, this.#expected);
      let cut = false as boolean;
      const take =
        (at: number) => (data: bigint, bytes: number, more: boolean) => {
          fill(data, bytes, at);
          cut = more;
          return bytes;
        };
      let bytes = await this.#run(size, take(0), remaining(options, since));
      if (bytes === null) return null;
      this.#learn(bytes, size);
      // The rest of a message is already in the pipe, unless its sender has
      // cancelled it.
      while (cut && bytes < limit) {
        const left = this.#leftOfMessage() ?? 0;
        const rest = Math.min(left, limit - bytes, LARGEST_READ);
        const taken = rest === 0
          ? null
          : await this.#run(rest, take(bytes), {});
        if (taken === null) break;
        bytes += taken;
      }
      return bytes;
    } finally {
      held[Symbol.dispose]();
    }
  }

  /** One whole message, or null at the end of the stream. */
  async readMessage(
    maxSize: number,
    wait: WaitOptions,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const since = beginWait(wait);
    const options = this.#waiting(wait);
    const turn = this.turns.acquire(options);
    const held = turn instanceof Promise ? await turn : turn;
    try {
      const size = this.#expected;
      const first = await this.#piece(size, remaining(options, since));
      if (first === null) return null;
      this.#learn(first.bytes.byteLength, size);
      return await this.complete(first, maxSize);
    } finally {
      held[Symbol.dispose]();
    }
  }

  /**
   * The whole message that begins with `first`. Its rest is already in the
   * pipe, so nothing waits, unless its sender has cancelled it. The caller must
   * hold the turn.
   */
  async complete(
    first: Piece,
    maxSize: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const parts = [first.bytes];
    let size = first.bytes.byteLength;
    for (let { more } = first; more;) {
      const left = this.#leftOfMessage();
      const rest = Math.min(left ?? 1, LARGEST_READ);
      const piece = left === 0 ? null : await this.#piece(rest, {});
      if (piece === null) {
        throw new Deno.errors.UnexpectedEof(
          `Cannot take a message from "${this.#name}": its sender cancelled it after ${
            counted(size, "byte")
          }`,
        );
      }
      size += piece.bytes.byteLength;
      more = piece.more;
      if (size > maxSize) parts.length = 0;
      else parts.push(piece.bytes);
    }
    if (size > maxSize) {
      throw new Deno.errors.InvalidData(
        `Cannot take a message of ${
          counted(size, "byte")
        } from "${this.#name}": maxSize is ${maxSize}; it was discarded`,
      );
    }
    return parts.length === 1 ? parts[0]! : concat(parts);
  }

  #waiting(wait: WaitOptions): WaitOptions {
    return withTimeoutMessage(
      wait,
      () => `Cannot read from "${this.#name}": nothing came`,
    );
  }

  #piece(size: number, wait: WaitOptions): Promise<Piece | null> {
    return this.#run(size, (data, bytes, more) => {
      const copy = new Uint8Array(bytes);
      copyOut(data, copy);
      return { bytes: copy, more };
    }, wait);
  }

  async #run<T>(
    size: number,
    use: (data: bigint, bytes: number, more: boolean) => T,
    wait: WaitOptions,
  ): Promise<T | null> {
    const handle = this.#handle;
    return await handle.run({
      size,
      begin: ({ data, overlapped }) =>
        kernel32().raw.ReadFile(handle.raw, data, size, 0n, overlapped),
      blockingFallback: {
        begin: ({ data, count }) =>
          kernel32().raw.ReadFileNonblocking(handle.raw, data, size, count, 0n),
        // A read that other code cancelled returns no data.
        reason: () => peekCode(handle.raw) || ERROR.ERROR_OPERATION_ABORTED,
      },
      end: ({ code, bytes }, { data }) => {
        switch (code) {
          case ERROR.ERROR_SUCCESS:
            return use(data, bytes, false);
          case ERROR.ERROR_MORE_DATA:
            return use(data, bytes, true);
          // The other side has closed; Windows has several codes for this.
          case ERROR.ERROR_BROKEN_PIPE:
          case ERROR.ERROR_PIPE_NOT_CONNECTED:
          case ERROR.ERROR_HANDLE_EOF:
            return null;
        }
        throw toDenoError(
          `Cannot read from "${this.#name}"`,
          new Win32Error("ReadFile", code),
        );
      },
    }, wait);
  }

  /** In bytes; undefined at the end of the pipe. */
  #leftOfMessage(): number | undefined {
    const left = new Uint32Array(1);
    const code = peekCode(this.#handle.raw, left);
    return code === ERROR.ERROR_SUCCESS ? left[0]! : undefined;
  }

  /**
   * Reads start small, so that a thousand idle connections need little memory,
   * and grow while they are filled.
   */
  #learn(bytes: number, size: number): void {
    if (bytes === this.#expected) {
      this.#expected = Math.min(this.#expected * 4, LARGEST_READ);
    } else if (bytes < size / 16 && this.#expected > FIRST_READ) {
      this.#expected /= 4;
    }
  }
}

/**
 * Why the pipe `raw` cannot be read, found by peeking; 0 if it can. `left` gets
 * the size of what is left of a message.
 */
export function peekCode(
  raw: bigint,
  left: Uint32Array<ArrayBuffer> | null = null,
): number {
  const peeked = kernel32().raw.PeekNamedPipe(raw, null, 0, null, null, left);
  return peeked === 0 ? lastErrorCode() : ERROR.ERROR_SUCCESS;
}
