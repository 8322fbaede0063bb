/**
 * The connection of a client after an upgrade.
 *
 * @module
 */

import { checkBytes } from "../../io/checks.ts";
import {
  BaseConnection,
  type ReadMessageOptions,
} from "../../io/stream/base_connection.ts";
import { type Streams, streams } from "../../io/stream/web_streams.ts";
import type { WaitOptions } from "../../io/wait/wait_options.ts";
import type { PipeConnection } from "../../named_pipe/mod.ts";

/** A pipe's connection that begins with bytes that were read before. */
export class UpgradedConnection extends BaseConnection {
  readonly #connection: PipeConnection;
  readonly #onClose: () => void;
  #early: Uint8Array<ArrayBuffer>;

  /** Begins with the bytes `early`; `onClose` is called by `close()`. */
  constructor(
    connection: PipeConnection,
    early: Uint8Array<ArrayBuffer>,
    onClose: () => void,
  ) {
    super(connection.name, connection.mode);
    this.#connection = connection;
    this.#early = early;
    this.#onClose = onClose;
  }

  override async read(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    checkBytes(buffer);
    const part = this.#early.subarray(0, buffer.byteLength);
    if (part.byteLength === 0) {
      return await this.#connection.read(buffer, options);
    }
    buffer.set(part);
    this.#early = this.#early.subarray(part.byteLength);
    return part.byteLength;
  }

  override async readMessage(
    options: ReadMessageOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const early = this.#early;
    if (early.byteLength === 0 || this.mode === "byte") {
      return await this.#connection.readMessage(options);
    }
    this.#early = early.subarray(early.byteLength);
    return early;
  }

  override write(bytes: Uint8Array, options?: WaitOptions): Promise<number> {
    return this.#connection.write(bytes, options);
  }

  override ref(): void {
    this.#connection.ref();
  }

  override unref(): void {
    this.#connection.unref();
  }

  override close(): void {
    this.#early = new Uint8Array(0);
    this.#connection.close();
    this.#onClose();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#connection[Symbol.asyncDispose]();
  }

  /**
   * The streams.
   *
   * @ignore
   */
  protected override openStreams(): Streams {
    return streams({
      chunk: async (limit, signal) => {
        const chunk = new Uint8Array(limit);
        const length = await this.read(chunk, { signal });
        return length === null ? null : chunk.subarray(0, length);
      },
      write: (bytes, signal) => this.write(bytes, { signal }),
      close: () => this.close(),
    });
  }
}
