/**
 * A connection over an overlapped handle: bytes and messages, in both
 * directions.
 *
 * @module
 */

import { copyOut } from "../../win32/memory.ts";
import { checkUnresized } from "../../win32/check_unresized.ts";
import {
  BaseConnection,
  DEFAULT_MAX_MESSAGE,
  type PipeMode,
  type ReadMessageOptions,
} from "./base_connection.ts";
import type { IoHandle } from "../overlapped/io_handle.ts";
import { checkBytes, checkSize } from "../checks.ts";
import {
  makeInheritable,
  makeOverlappedInheritable,
} from "../object/inheritance.ts";
import { type Fill, PipeReader } from "./pipe_reader.ts";
import { type Streams, streams } from "./web_streams.ts";
import { yieldIfDue } from "../wait/yield.ts";
import {
  beginWait,
  remaining,
  type WaitOptions,
} from "../wait/wait_options.ts";
import { isGathered } from "./write_coalescer.ts";
import { PipeWriter } from "./pipe_writer.ts";

export { DEFAULT_MAX_MESSAGE };
export type { PipeMode, ReadMessageOptions };

/** A handle, and reading from and writing to it. */
export interface Halves {
  readonly handle: IoHandle;
  readonly reader: PipeReader;
  readonly writer: PipeWriter;
  /**
   * Whether data goes in one direction only, so that the end of one stream ends
   * the connection.
   */
  readonly oneWay?: boolean;
}

/** The halves of `handle`, called `name` in errors. */
export function halvesOf(handle: IoHandle, name: string): Halves {
  return {
    handle,
    reader: new PipeReader(handle, name),
    writer: new PipeWriter(handle, name),
  };
}

/**
 * A connection to another process, over a pipe.
 *
 * Closing `writable` does not notify the other side, because a pipe has no
 * half-close (but see `closeWrite()` of message mode).
 *
 * @example
 * ```ts
 * import { type Connection, connectPipe, listenPipe } from "@winipc/winipc";
 *
 * // Sends back what comes, until the other side closes.
 * async function echo({ readable, writable }: Connection): Promise<void> {
 *   await readable.pipeTo(writable);
 * }
 *
 * await using listener = listenPipe("echo");
 * await using client = await connectPipe("echo"); // in another process
 * const echoing = echo(await listener.accept());
 * await client.write(new TextEncoder().encode("hello"));
 * console.log(await client.read(new Uint8Array(64))); // 5
 * client.close();
 * await echoing;
 * ```
 */
export class Connection extends BaseConnection {
  readonly #halves: Halves;
  readonly #onClose: (() => void) | undefined;

  /** Wraps the halves of a handle; `onClose` is called once. */
  constructor(
    name: string,
    mode: PipeMode,
    halves: Halves,
    onClose?: () => void,
  ) {
    super(name, mode);
    this.#halves = halves;
    this.#onClose = onClose;
    const raw = () => {
      halves.writer.flush();
      return halves.handle.raw;
    };
    if (halves.handle.synchronous) makeInheritable(this, raw);
    else makeOverlappedInheritable(this, raw);
  }

  /**
   * Reads at most `buffer.byteLength` bytes and resolves to their number, or to
   * null at the end of the stream: the other side has closed. In message mode,
   * the rest of a message that does not fit comes with the next read, and an
   * empty message counts as the end. If you transfer or shrink the array's buffer
   * before, it rejects with a `TypeError`, and those bytes are lost.
   *
   * Calls `ReadFile`. Throws the signal's reason, a `TimeoutError`, or
   * {@linkcode Deno.errors.BadResource} when closed.
   *
   * @example
   * ```ts
   * import { connectPipe, listenPipe } from "@winipc/winipc";
   *
   * await using listener = listenPipe("greeter");
   * await using connection = await connectPipe("greeter"); // in another process
   * await using server = await listener.accept();
   * await server.write(new TextEncoder().encode("hello"));
   *
   * const buffer = new Uint8Array(1024);
   * const length = await connection.read(buffer, { timeout: 500 });
   * console.log(buffer.subarray(0, length ?? 0));
   * ```
   */
  override async read(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    checkBytes(buffer);
    if (buffer.byteLength === 0) return 0;
    return await this.#read(buffer.byteLength, (data, bytes, at) => {
      const part = buffer.subarray(at, at + bytes);
      checkUnresized(part, bytes);
      copyOut(data, part);
    }, options);
  }

  /**
   * Reads one whole message of any size, or null at the end of the stream. An
   * empty message is an empty array. In byte mode it throws a `TypeError`,
   * because there are no messages.
   *
   * Calls `ReadFile`, and repeats it after `ERROR_MORE_DATA`. Throws {@linkcode
   * Deno.errors.InvalidData} for a message longer than `maxSize`, {@linkcode
   * Deno.errors.UnexpectedEof} for one that its sender cancelled in the middle;
   * otherwise the same errors as {@linkcode Connection.read}.
   */
  override async readMessage(
    options: ReadMessageOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const { maxSize = DEFAULT_MAX_MESSAGE } = options;
    checkSize("maxSize", maxSize);
    if (this.mode !== "message") {
      throw new TypeError(
        `Cannot read a message from "${this.name}": it is in byte mode`,
      );
    }
    return await this.#halves.reader.readMessage(maxSize, options);
  }

  /**
   * Writes all of `bytes` and resolves to their number. In message mode they
   * are one message, which may be empty. Resolves when Windows has taken all of
   * them: the other side can still read them after a `close()` here. In byte
   * mode, small writes that are made while one is pending are merged into one
   * call. If you transfer or resize the buffer of `bytes` before, it rejects
   * with a `TypeError` unless Windows already has all of them.
   *
   * If it is cancelled while pending, part of the bytes may have reached the
   * other side: close the connection then. In message mode, all later writes
   * reject, because the reader could mistake their bytes for the rest of that
   * message.
   *
   * Calls `WriteFile`. Throws {@linkcode Deno.errors.BrokenPipe} when the other
   * side has closed or an earlier message was cancelled while pending, the
   * signal's reason, a `TimeoutError`, or {@linkcode Deno.errors.BadResource}
   * when closed here.
   */
  override async write(
    bytes: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number> {
    const writing = this.#write(bytes, options);
    const { byteLength } = bytes;
    await writing;
    const pause = yieldIfDue(byteLength);
    if (pause !== undefined) await pause;
    return byteLength;
  }

  /** Keeps the program alive while operations are pending; this is the default. */
  override ref(): void {
    this.#halves.handle.setRef(true);
  }

  /**
   * Lets the program end while operations are pending. If nothing else of
   * winipc is pending, their results are then noticed up to 10 ms late.
   */
  override unref(): void {
    this.#halves.handle.setRef(false);
  }

  /** Closes the connection; pending operations reject with `BadResource`. Safe to call twice. */
  override close(): void {
    const { handle, writer } = this.#halves;
    if (handle.closed) return;
    writer.flush();
    handle.close();
    this.#onClose?.();
  }

  /** Closes the connection and waits for its pending operations to end. */
  override async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#halves.handle.closeAndSettle();
  }

  #write(
    bytes: Uint8Array,
    options: WaitOptions,
    how: "writeBytes" | "acceptBytes" = "writeBytes",
  ): void | Promise<void> {
    checkBytes(bytes);
    const { handle, writer } = this.#halves;
    handle.assertOpen();
    return this.mode === "message"
      ? writer.writeMessage(bytes, options)
      : writer[how](bytes, options);
  }

  async #read(
    limit: number,
    fill: Fill,
    options: WaitOptions,
  ): Promise<number | null> {
    const since = beginWait(options);
    for (;;) {
      const rest = remaining(options, since);
      const bytes = await this.#halves.reader.read(limit, fill, rest);
      // A peer that writes zero bytes completes a read in byte mode with zero
      // bytes: that is not the end. In message mode it means the end.
      if (bytes !== 0) return bytes;
      if (this.mode === "message") return null;
    }
  }

  /**
   * The streams.
   *
   * @ignore
   */
  protected override openStreams(): Streams {
    return streams({
      chunk: async (limit, signal) => {
        let chunk = new Uint8Array(0);
        const bytes = await this.#read(limit, (data, bytes, at) => {
          const first = chunk;
          chunk = new Uint8Array(at + bytes);
          if (at > 0) chunk.set(first);
          copyOut(data, at > 0 ? chunk.subarray(at) : chunk);
        }, { signal });
        return bytes === null ? null : chunk;
      },
      write: (bytes, signal) => this.#write(bytes, { signal }, "acceptBytes"),
      accepts: (size, unwritten) =>
        this.mode === "byte" && isGathered(size, unwritten),
      flush: () => this.#halves.writer.flush(),
      close: () => this.close(),
    }, this.#halves.oneWay);
  }
}
