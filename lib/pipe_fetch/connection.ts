/**
 * A connection to an HTTP server.
 *
 * @module
 */

import { InputBuffer } from "./input_buffer.ts";

/** What HTTP is spoken over: a pipe's connection. */
export interface Transport {
  /** Resolves to the number of bytes read, or to null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes all; rejects with `BrokenPipe` where the other side has closed. */
  write(bytes: Uint8Array): Promise<unknown>;
  /** How many bytes wait unread; throws where the other side has closed. */
  peek(): { readonly available: number };
  ref(): void;
  unref(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const READ_SIZE = 65_536;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A transport, with what was read from it ahead. The first failure is the one that all its operations reject with. */
export class HttpConnection {
  /** Whether it has carried a whole exchange before. */
  kept = false;
  /** Whether anything has come since {@linkcode HttpConnection.begin}. */
  heard = false;
  readonly #transport: Transport;
  readonly #input = new InputBuffer();
  #filling: Promise<boolean> | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #closing: Promise<void> | undefined;

  /** Takes `transport` over. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** How many bytes were read and not used. */
  get unused(): number {
    return this.#input.size;
  }

  /** Whether another request may be sent: it is open, and nothing came that nobody asked for. */
  get usable(): boolean {
    if (this.#closing !== undefined || this.unused > 0) return false;
    try {
      // A server that has closed is not always noticed by the pending read yet.
      return this.#transport.peek().available === 0;
    } catch {
      return false;
    }
  }

  /** Begins an exchange. */
  begin(): void {
    this.heard = false;
    this.#transport.ref();
  }

  /** Lets the program end; resolves when something comes that nobody asked for, or the end. */
  async rest(): Promise<void> {
    this.kept = true;
    this.#transport.unref();
    await this.fill().catch(() => {});
  }

  /** Reads more. Resolves to false at the end. Calls at the same time share one read. */
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
   * Takes one line of at most `limit` bytes with its end, CRLF, which it leaves
   * out. Returns null where the stream ends before.
   *
   * @throws {Deno.errors.InvalidData} for a longer line, or one with another end
   */
  async line(limit: number): Promise<string | null> {
    let seen = 0;
    for (;;) {
      const at = this.#input.indexOf(LINE_FEED, seen);
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

  /** Writes all of `bytes`. Resolves to false where the other side has closed: what it said before can still be read. */
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

  /** Closes it; what is pending and what is begun later rejects with `reason`. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.close();
  }

  /** Closes it. Safe to call twice. */
  close(): void {
    this.#closing ??= this.#transport[Symbol.asyncDispose]().catch(() => {});
  }

  /** Closes it and waits until nothing of it is pending. */
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

/** A line as text, each byte one character. */
function withoutEnd(line: Uint8Array): string {
  if (line.at(-2) !== CARRIAGE_RETURN) {
    throw new Deno.errors.InvalidData("a line does not end with CRLF");
  }
  let text = "";
  for (const byte of line.subarray(0, -2)) text += String.fromCharCode(byte);
  return text;
}
