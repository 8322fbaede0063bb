/**
 * Messages over a connection that carries bytes.
 *
 * @module
 */

import { BaseConnection } from "../io/stream/base_connection.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { yieldIfDue } from "../io/wait/yield.ts";
import {
  beginWait,
  copyWait,
  framed,
  remaining,
  type WaitOptions,
} from "../io/wait/wait_options.ts";
import { FrameDecoder, type FrameOptions } from "./decoder.ts";
import { encodeFrame, type Framing } from "./framing.ts";
import { decodeJson, encodeJson } from "./json.ts";
import type { ByteReader } from "./read_exactly.ts";

/** Reads and writes bytes: a connection of any kind, also one of your own. */
export interface ByteConnection extends ByteReader {
  /**
   * Writes all of `bytes`. {@linkcode FramedConnection} waits for the end of
   * one write before it calls this again, except for winipc's own connections.
   */
  write(bytes: Uint8Array, options?: WaitOptions): Promise<unknown>;
}

const READ_SIZE = 65_536;

/**
 * Messages over a connection that carries bytes. Reads are served in the order
 * of their calls, and so are writes. A read that is cancelled loses nothing.
 *
 * The boundaries of a pipe in message mode do not matter: programs with
 * go-winio frame their messages there, too.
 *
 * It reads ahead, so use either this object or `connection.read()`. The
 * connection stays yours to close.
 *
 * @example JSON lines
 * ```ts
 * import { connectPipe, FramedConnection, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("adder");
 * await using client = await connectPipe("adder"); // in another process
 * await using server = await listener.accept();
 *
 * const asking = new FramedConnection(client, "line");
 * await asking.writeJson({ a: 1, b: 2 });
 *
 * const answering = new FramedConnection(server, "line", { maxSize: 65536 });
 * const { a, b } = await answering.readJson() as { a: number; b: number };
 * await answering.writeJson({ sum: a + b });
 *
 * console.log(await asking.readJson()); // { sum: 3 }
 * ```
 */
export class FramedConnection {
  readonly #connection: ByteConnection;
  readonly #framing: Framing;
  readonly #decoder: FrameDecoder;
  readonly #turns = new AsyncSemaphore();
  readonly #buffer = new Uint8Array(READ_SIZE);
  /** The pending writes, in the order of their calls. */
  readonly #writes = new Set<Promise<unknown>>();
  readonly #writeTurns = new AsyncSemaphore();
  #ended = false;
  /** Whether a message was cancelled, or failed, while it was written. */
  #isCut = false;

  /**
   * Separates the messages of `connection` by `framing`.
   *
   * @throws {TypeError} for an unknown framing
   */
  constructor(
    connection: ByteConnection,
    framing: Framing,
    options: FrameOptions = {},
  ) {
    this.#connection = connection;
    this.#framing = framing;
    this.#decoder = new FrameDecoder(framing, options);
  }

  /**
   * Reads the next message without its frame, or resolves to null at the end.
   *
   * @throws {Deno.errors.InvalidData} for a message longer than the limit, or
   * an invalid frame; the connection is of no more use then
   * @throws {Deno.errors.UnexpectedEof} if the stream ends within a message
   * @throws the errors of `connection.read()`
   */
  async readMessage(
    options: WaitOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const since = beginWait(options);
    const wait = copyWait(options);
    using _turn = await this.#turns.acquire(wait);
    for (;;) {
      const message = this.#decoder.take();
      if (message !== undefined) {
        // Thousands of short messages may have come by one read.
        const pause = yieldIfDue(message.byteLength);
        if (pause !== undefined) await pause;
        return message;
      }
      if (this.#ended) return this.#decoder.end() ?? null;
      const rest = remaining(wait, since);
      const length = await this.#connection.read(this.#buffer, rest);
      if (length === null) this.#ended = true;
      else this.#decoder.push(this.#buffer.subarray(0, length));
    }
  }

  /**
   * Yields messages until the end.
   *
   * @example
   * ```ts
   * import { connectPipe, FramedConnection, listenPipe } from "@winipc/winipc";
   *
   * await using listener = listenPipe("log");
   * const client = await connectPipe("log"); // in another process
   * await using server = await listener.accept();
   * await client.write(new TextEncoder().encode("started\nended\n"));
   * client.close();
   *
   * for await (const line of new FramedConnection(server, "line").messages()) {
   *   console.log(new TextDecoder().decode(line));
   * }
   * ```
   */
  async *messages(
    options: WaitOptions = {},
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    for (;;) {
      const message = await this.readMessage(options);
      if (message === null) return;
      yield message;
    }
  }

  /**
   * Writes `message` with its frame, in one write. If it is cancelled or fails
   * after its write has begun, it is the last one: the other side may have a
   * part of it, and would take the next message for the rest.
   *
   * @throws {Deno.errors.InvalidData} for a message that does not fit its
   * frame, before anything is written
   * @throws {Deno.errors.BrokenPipe} if the other side may have a part of an
   * earlier message
   * @throws the errors of
   * `connection.write()`
   */
  async writeMessage(
    message: Uint8Array,
    options: WaitOptions = {},
  ): Promise<void> {
    const frame = encodeFrame(message, this.#framing);
    const wait = copyWait(options);
    wait.signal?.throwIfAborted();
    // It keeps the order itself, and merges small messages.
    if (this.#connection instanceof BaseConnection) {
      await this.#write(frame, wait);
    } else await this.#writeInTurn(frame, wait);
  }

  /**
   * Reads the next message as JSON in UTF-8; undefined at the end. Empty lines
   * are skipped.
   *
   * @throws {Deno.errors.InvalidData} for a message that is not JSON; the
   * connection stays usable. An invalid frame throws this class, too, and then
   * at each call: to answer the one and leave at the other, call
   * `readMessage()` and parse its text
   * @throws the errors of
   * {@linkcode FramedConnection.readMessage}
   */
  async readJson(options: WaitOptions = {}): Promise<unknown> {
    const since = beginWait(options);
    const wait = copyWait(options);
    for (;;) {
      const message = await this.readMessage(remaining(wait, since));
      if (message === null) return undefined;
      if (this.#framing === "line" && message.byteLength === 0) continue;
      return decodeJson(message);
    }
  }

  /**
   * Writes `value` as JSON in UTF-8.
   *
   * @throws {TypeError} for a value that JSON cannot hold
   * @throws the errors of
   * {@linkcode FramedConnection.writeMessage}
   */
  async writeJson(value: unknown, options: WaitOptions = {}): Promise<void> {
    await this.writeMessage(encodeJson(value), options);
  }

  async #write(frame: Uint8Array, options: WaitOptions): Promise<void> {
    this.#assertWhole();
    const writing = this.#connection.write(frame, framed(options));
    this.#writes.add(writing);
    try {
      await writing;
    } catch (error) {
      // A write behind others has not begun.
      const [first] = this.#writes;
      if (first === writing && isCancellation(error, options)) {
        this.#isCut = true;
      }
      throw error;
    } finally {
      this.#writes.delete(writing);
    }
  }

  /**
   * A connection of any kind would send a waiting message behind part of one
   * that was cut off.
   */
  async #writeInTurn(frame: Uint8Array, options: WaitOptions): Promise<void> {
    const since = beginWait(options);
    using _turn = await this.#writeTurns.acquire(options);
    this.#assertWhole();
    try {
      await this.#connection.write(frame, remaining(options, since));
    } catch (error) {
      this.#isCut = true;
      throw error;
    }
  }

  #assertWhole(): void {
    if (!this.#isCut) return;
    throw new Deno.errors.BrokenPipe(
      "Cannot write a message: an earlier one was cancelled or failed, and the other side may have a part of it; close the connection and connect again",
    );
  }
}

function isCancellation(error: unknown, { signal }: WaitOptions): boolean {
  return signal?.aborted === true ||
    error instanceof DOMException && error.name === "TimeoutError";
}
