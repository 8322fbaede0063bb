/**
 * A connection to an HTTP server.
 *
 * @module
 */

import { ByteQueue } from "../io/stream/byte_queue.ts";

/** The transport of HTTP: a pipe's connection. */
export interface Transport {
  /** Resolves to the number of bytes read, or to null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes everything; rejects with `BrokenPipe` if the other side has closed. */
  write(bytes: Uint8Array): Promise<unknown>;
  /** How many unread bytes wait; throws if the other side has closed. */
  peek(): { readonly available: number };
  ref(): void;
  unref(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const READ_SIZE = 65_536;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * A transport with a read-ahead buffer. All operations reject with the first
 * failure.
 */
export class HttpConnection {
  /** Whether it has already carried a whole exchange. */
  kept = false;
  /** Whether any bytes have arrived since {@linkcode HttpConnection.begin}. */
  heard = false;
  readonly #transport: Transport;
  readonly #input = new ByteQueue();
  #filling: Promise<boolean> | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #closing: Promise<void> | undefined;

  /** Takes ownership of `transport`. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** How many bytes were read and not used. */
  get unused(): number {
    return this.#input.size;
  }

  /**
   * Whether another request may be sent: it is open, and no unexpected bytes
   * have arrived.
   */
  get usable(): boolean {
    if (this.#closing !== undefined || this.unused > 0) return false;
    try {
      // The pending read may not have noticed yet that the server has closed.
      return this.#transport.peek().available === 0;
    } catch {
      return false;
    }
  }

  /** Starts an exchange. */
  begin(): void {
    this.heard = false;
    this.#transport.ref();
  }

  /**
   * Lets the program end; resolves at the end of the stream, or when unexpected
   * bytes arrive.
   */
  async rest(): Promise<void> {
    this.kept = true;
    this.#transport.unref();
    await this.fill().catch(() => {});
  }

  /** Reads more. Resolves to false at the end. Concurrent calls share one read. */
  fill(): Promise<boolean> {
    return this.#filling ??= this.#fill()
      .finally(() => this.#filling = undefined);
  }

  /** Takes at least one byte and at most `limit`, or returns null at the end. */
  async take(limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#assertOpen();
    while (this.#input.size === 0) {
      if (!await this.fill()) return null;
    }
    return this.#input.take(limit);
  }

  /**
   * Takes one line of at most `limit` bytes without its CRLF. Returns null if
   * the stream ends first.
   *
   * @throws {Deno.errors.InvalidData} for a longer line, or one with another
   * line end
   */
  async line(limit: number): Promise<string | null> {
    let seen = 0;
    for (;;) {
      const at = this.#input.bytes.indexOf(LINE_FEED, seen);
      const size = at < 0 ? this.#input.size : at + 1;
      if (size > limit || at < 0 && size === limit) {
        throw new Deno.errors.InvalidData(
          "its head, or the head of a chunk, is too long",
        );
      }
      if (at >= 0) return withoutEnd(this.#input.take(size));
      seen = size;
      if (!await this.fill()) return null;
    }
  }

  /**
   * Writes all of `bytes`. Resolves to false if the other side has closed: data
   * that it sent before can still be read.
   */
  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      this.#assertOpen();
      await this.#transport.write(bytes);
      return true;
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure.reason;
      if (error instanceof Deno.errors.BrokenPipe) return false;
      throw error;
    }
  }

  /** Closes it; pending and later operations reject with `reason`. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.close();
  }

  /** Closes it. Safe to call twice. */
  close(): void {
    this.#closing ??= this.#transport[Symbol.asyncDispose]().catch(() => {});
  }

  /** Closes it and waits for its pending operations to end. */
  async closed(): Promise<void> {
    this.close();
    await this.#closing;
  }

  async #fill(): Promise<boolean> {
    try {
      this.#assertOpen();
      const length = await this.#transport.read(this.#input.space(READ_SIZE));
      if (length === null) return false;
      this.heard = true;
      this.#input.added(length);
      return true;
    } catch (error) {
      throw this.#failure === undefined ? error : this.#failure.reason;
    }
  }

  #assertOpen(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }
}

/** A line as text, one character for each byte. */
function withoutEnd(line: Uint8Array): string {
  if (line.at(-2) !== CARRIAGE_RETURN) {
    throw new Deno.errors.InvalidData("a line does not end with CRLF");
  }
  let text = "";
  for (const byte of line.subarray(0, -2)) text += String.fromCharCode(byte);
  return text;
}
