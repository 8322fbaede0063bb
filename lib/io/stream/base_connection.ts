/**
 * The common part of connections over pipes and sockets.
 *
 * @module
 */

import type { Streams } from "./web_streams.ts";
import type { WaitOptions } from "../wait/wait_options.ts";

/** Whether boundaries between writes are kept: messages, or a stream of bytes. */
export type PipeMode = "byte" | "message";

/** The options of {@linkcode BaseConnection.readMessage}. */
export interface ReadMessageOptions extends WaitOptions {
  /**
   * The longest message to take, in bytes. A longer one is discarded and throws
   * an error; the connection stays usable.
   *
   * @default {67108864}
   */
  maxSize?: number | undefined;
}

/** The default of {@linkcode ReadMessageOptions.maxSize}: 64 MiB. */
export const DEFAULT_MAX_MESSAGE = 64 * 1048576;

/**
 * The base class of all connections. Code for it works with all kinds of pipes
 * and sockets.
 *
 * Reads are served in the order of their calls, and so are writes. Reading and
 * writing at the same time is allowed. `using` closes the connection at the end
 * of a block, and `await using` also waits for its pending operations to end.
 *
 * @example
 * ```ts
 * import { type BaseConnection, connectSocket, listenSocket } from "@winipc/winipc";
 *
 * // Works with a pipe or a socket at the other end.
 * async function greet(connection: BaseConnection): Promise<void> {
 *   await connection.write(new TextEncoder().encode("hello"));
 * }
 *
 * await using listener = await listenSocket();
 * await using client = await connectSocket(listener.local.port);
 * await using server = await listener.accept();
 * await greet(server);
 * console.log(await client.read(new Uint8Array(64))); // 5
 * ```
 */
export abstract class BaseConnection implements Disposable, AsyncDisposable {
  /** The target of the connection: a pipe's full path, or an address. */
  readonly name: string;
  /** Whether boundaries between writes are kept. */
  readonly mode: PipeMode;
  #streams: Streams | undefined;

  /** Use the functions that connect and accept. */
  protected constructor(name: string, mode: PipeMode) {
    this.name = name;
    this.mode = mode;
  }

  /**
   * The bytes that arrive, as a byte stream without read-ahead. In message
   * mode, each chunk is a message, or part of one longer than 256 KiB. An empty
   * message, as sent by `closeWrite()`, ends the stream.
   *
   * When both `readable` and {@linkcode BaseConnection.writable} have ended,
   * the connection closes.
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return (this.#streams ??= this.openStreams()).readable;
  }

  /**
   * A stream to the other side; in message mode, each chunk is one message. A
   * pipe in byte mode accepts chunks of up to 16 KiB without waiting for them,
   * up to 64 KiB in all, and merges those that follow one another. So they may
   * still be here when their `write()` resolves: close the stream or the
   * connection before `Deno.exit()`. What Windows refuses rejects a later
   * `write()`, `close()` and `closed`.
   */
  get writable(): WritableStream<Uint8Array> {
    return (this.#streams ??= this.openStreams()).writable;
  }

  /** Reads at most `buffer.byteLength` bytes and resolves to their number, or to null at the end. */
  abstract read(
    buffer: Uint8Array,
    options?: WaitOptions,
  ): Promise<number | null>;

  /** Reads one whole message, or null at the end. In byte mode it throws a `TypeError`. */
  abstract readMessage(
    options?: ReadMessageOptions,
  ): Promise<Uint8Array<ArrayBuffer> | null>;

  /**
   * Yields messages until the end.
   *
   * @example
   * ```ts
   * import { connectPipe, listenPipe } from "@winipc/winipc";
   *
   * await using listener = listenPipe("news", { mode: "message" });
   * await using connection = await connectPipe("news", { mode: "message" });
   * const server = await listener.accept();
   * await server.write(new TextEncoder().encode("first"));
   * await server.write(new TextEncoder().encode("last"));
   * server.close();
   *
   * for await (const message of connection.messages()) {
   *   console.log(new TextDecoder().decode(message));
   * }
   * ```
   */
  async *messages(
    options: ReadMessageOptions = {},
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    for (;;) {
      const message = await this.readMessage(options);
      if (message === null) return;
      yield message;
    }
  }

  /** Writes all of `bytes` and resolves to their number; in message mode they are one message. */
  abstract write(bytes: Uint8Array, options?: WaitOptions): Promise<number>;

  /** Keeps the program alive while operations are pending; this is the default. */
  abstract ref(): void;

  /** Lets the program end while operations are pending. */
  abstract unref(): void;

  /** Closes the connection; pending operations reject with `BadResource`. Safe to call twice. */
  abstract close(): void;

  /** Closes the connection, like {@linkcode BaseConnection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the connection and waits for its pending operations to end. */
  abstract [Symbol.asyncDispose](): Promise<void>;

  /**
   * The streams, created on first use.
   *
   * @ignore
   */
  protected abstract openStreams(): Streams;
}
