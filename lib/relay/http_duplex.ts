/**
 * A pipe's connection as Node's `http` wants its sockets.
 *
 * @module
 */

import { Duplex } from "node:stream";
import type { PipeConnection } from "../named_pipe/connection.ts";

const CHUNK = 65_536;

/** A stream over a connection, which it closes. */
export class PipeSocket extends Duplex {
  readonly #connection: PipeConnection;
  readonly #over = new AbortController();

  /** Takes `connection` over. */
  constructor(connection: PipeConnection) {
    // A pipe ends both ways at once.
    super({ allowHalfOpen: false });
    this.#connection = connection;
  }

  override _read(): void {
    const { signal } = this.#over;
    const buffer = new Uint8Array(CHUNK);
    this.#connection.read(buffer, { signal }).then(
      (length) => this.push(length === null ? null : buffer.slice(0, length)),
      (error) => this.destroy(error),
    );
  }

  override _write(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): void {
    const { signal } = this.#over;
    this.#connection.write(chunk, { signal }).then(() => done(), done);
  }

  override _destroy(
    error: Error | null,
    done: (error: Error | null) => void,
  ): void {
    this.#over.abort();
    this.#connection[Symbol.asyncDispose]().then(() => done(error), done);
  }

  /** Makes it keep the program alive. */
  ref(): this {
    this.#connection.ref();
    return this;
  }

  /** Lets the program end although it is open. */
  unref(): this {
    this.#connection.unref();
    return this;
  }

  /** TCP has it, and pipes have no need of it. */
  setKeepAlive(): this {
    return this;
  }

  /** TCP has it, and pipes have no need of it. */
  setNoDelay(): this {
    return this;
  }

  /** Requests have limits of their own. */
  setTimeout(): this {
    return this;
  }
}
