/**
 * A connection over a socket, with the interface of pipes.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkBytes, checkSize } from "../io/checks.ts";
import { isPeerGone } from "../peer_gone.ts";
import { checkUnresized } from "../win32/check_unresized.ts";
import {
  BaseConnection,
  DEFAULT_MAX_MESSAGE,
  type PipeMode,
  type ReadMessageOptions,
} from "../io/stream/base_connection.ts";
import { type Streams, streams } from "../io/stream/web_streams.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import {
  checkWait,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import {
  addressText,
  type SocketAddress,
} from "../io/remote/socket_address.ts";
import { abortable } from "../io/wait/abortable.ts";
import { SharedPromise } from "../io/wait/shared_promise.ts";

/** A transport to another process. Its operations cannot be cancelled. */
export interface Transport {
  /** Whether boundaries between writes are kept. */
  readonly mode: PipeMode;
  /** The next bytes, or datagram; null at the end. */
  receive(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Sends all of `bytes`. */
  send(bytes: Uint8Array): Promise<void>;
  /** Announces the end of the data. */
  closeWrite(): Promise<void>;
  /** Closes it. */
  close(): void;
  /** Sets whether pending operations keep the program alive. */
  setRef(refed: boolean): void;
}

/**
 * A connection over a socket. Made by {@linkcode connectSocket} and {@linkcode
 * SocketListener.accept}.
 *
 * It is a {@linkcode BaseConnection}: in byte mode over TCP, and in message
 * mode over UDP, where each write is one datagram. Sockets differ from pipes in
 * three ways. An aborted write closes the connection, {@linkcode
 * SocketConnection.closeWrite} also works over TCP, and UDP may lose datagrams.
 *
 * @example
 * ```ts
 * import { connectSocket, listenSocket } from "@winipc/winipc";
 *
 * await using listener = await listenSocket(); // in another process
 * await using client = await connectSocket(listener.local.port);
 * await using server = await listener.accept();
 * console.log(client.local.port === server.remote.port); // true
 * ```
 */
export class SocketConnection extends BaseConnection {
  /** The local address. */
  readonly local: SocketAddress;
  /** The remote address. */
  readonly remote: SocketAddress;
  readonly #transport: Transport;
  readonly #reads = new AsyncSemaphore();
  readonly #writes = new AsyncSemaphore();
  #receiving: SharedPromise<Uint8Array<ArrayBuffer> | null> | undefined;
  #rest: Uint8Array<ArrayBuffer> | undefined;
  #closed = false;
  #writesClosed = false;

  /** Use {@linkcode connectSocket} or {@linkcode SocketListener.accept}. */
  constructor(
    transport: Transport,
    local: SocketAddress,
    remote: SocketAddress,
  ) {
    super(addressText(remote), transport.mode);
    this.local = local;
    this.remote = remote;
    this.#transport = transport;
  }

  /**
   * Reads at most `buffer.byteLength` bytes and resolves to their number, or to
   * null at the end: the other side has closed, or died. Windows drops what is
   * unread when it resets the TCP connections of a process that was ended. Over
   * UDP, the rest of a datagram that does not fit comes with the next read, and
   * an empty datagram counts as the end.
   *
   * Throws the signal's reason, a `TimeoutError`, or {@linkcode
   * Deno.errors.BadResource} when closed.
   */
  override async read(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    checkBytes(buffer);
    if (buffer.byteLength === 0) return 0;
    const chunk = await this.#take(buffer.byteLength, options, (chunk) => {
      const part = buffer.subarray(0, chunk.byteLength);
      checkUnresized(part, chunk.byteLength);
      part.set(chunk);
    });
    return chunk === null ? null : chunk.byteLength;
  }

  /**
   * Reads one datagram, or returns null at the end. An empty datagram is an
   * empty array. Over TCP it throws a `TypeError`, because there are no
   * messages.
   *
   * Throws {@linkcode Deno.errors.InvalidData} for a datagram longer than
   * `maxSize`, which is discarded; otherwise the same errors as {@linkcode
   * SocketConnection.read}.
   */
  override async readMessage(
    options: ReadMessageOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const { maxSize = DEFAULT_MAX_MESSAGE } = options;
    checkSize("maxSize", maxSize);
    if (this.mode !== "message") {
      throw new TypeError(
        `Cannot read a message from "${this.name}": TCP carries bytes`,
      );
    }
    const since = performance.now();
    const wait = withTimeoutMessage(options, this.#nothingCame);
    using _turn = await this.#reads.acquire(wait);
    const message = await this.#next(remaining(wait, since));
    if (message === null || message.byteLength <= maxSize) return message;
    throw new Deno.errors.InvalidData(
      `Cannot take a message of ${
        counted(message.byteLength, "byte")
      } from "${this.name}": maxSize is ${maxSize}; it was discarded`,
    );
  }

  /**
   * Writes all of `bytes` and resolves to their number; over UDP they are one
   * datagram of at most 65507 bytes. An aborted write closes the connection,
   * because part of the bytes may already be sent. If you transfer or resize
   * their buffer meanwhile, it rejects with a `TypeError`, and closes the
   * connection unless nothing is sent yet.
   *
   * Throws {@linkcode Deno.errors.BrokenPipe} when the other side has closed,
   * the signal's reason, a `TimeoutError`, a {@linkcode RangeError} for a
   * datagram that is too long, or {@linkcode Deno.errors.BadResource} when
   * closed here.
   */
  override async write(
    bytes: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number> {
    checkBytes(bytes);
    checkWait(options);
    this.#assertOpen();
    const size = bytes.byteLength;
    const since = performance.now();
    const wait = withTimeoutMessage(options, this.#notRead);
    using _turn = await this.#writes.acquire(wait);
    this.#assertOpen();
    if (this.#writesClosed) {
      throw new Deno.errors.BadResource(
        `Cannot write to "${this.name}": closeWrite() was called`,
      );
    }
    const rest = remaining(wait, since);
    checkWait(rest);
    checkUnresized(bytes, size);
    const sending = this.#transport.send(bytes);
    try {
      await abortable(sending, rest, { refed: false });
    } catch (error) {
      throw this.#writeError(error, sending);
    }
    return size;
  }

  /**
   * Announces the end of the data, and keeps reading. Over TCP this closes one
   * half of the connection; over UDP it sends an empty datagram, as pipes in
   * message mode do.
   */
  async closeWrite(options: WaitOptions = {}): Promise<void> {
    checkWait(options);
    this.#assertOpen();
    using _turn = await this.#writes.acquire(
      withTimeoutMessage(options, this.#notRead),
    );
    this.#assertOpen();
    if (this.#writesClosed) return;
    this.#writesClosed = true;
    await this.#transport.closeWrite();
  }

  /** Keeps the program alive while operations are pending; this is the default. */
  override ref(): void {
    this.#transport.setRef(true);
  }

  /**
   * Lets the program end while operations are pending. A pending write over TCP
   * still keeps it alive: Deno cannot unref one.
   */
  override unref(): void {
    this.#transport.setRef(false);
  }

  /** Closes the connection; pending operations reject with `BadResource`. Safe to call twice. */
  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport.close();
  }

  /** Closes the connection and waits for its pending operations to end. */
  override async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#receiving?.settled;
  }

  readonly #nothingCame = () => `Cannot read from "${this.name}": nothing came`;
  readonly #notRead = () =>
    `Cannot write to "${this.name}": the other side did not read all of it`;

  /** The next bytes, at most `limit`. They stay here if `use` throws. */
  async #take(
    limit: number,
    options: WaitOptions,
    use?: (chunk: Uint8Array) => void,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const since = performance.now();
    const wait = withTimeoutMessage(options, this.#nothingCame);
    using _turn = await this.#reads.acquire(wait);
    const chunk = await this.#next(remaining(wait, since));
    if (chunk === null || chunk.byteLength === 0) return null;
    const part = chunk.subarray(0, limit);
    this.#rest = chunk;
    use?.(part);
    this.#rest = chunk.byteLength > limit ? chunk.subarray(limit) : undefined;
    return part;
  }

  /**
   * Returns the rest, or the next bytes. After an abort, the reception
   * continues for the next caller.
   */
  async #next(wait: WaitOptions): Promise<Uint8Array<ArrayBuffer> | null> {
    checkWait(wait);
    this.#assertOpen();
    if (this.#rest !== undefined) {
      const rest = this.#rest;
      this.#rest = undefined;
      return rest;
    }
    this.#receiving ??= new SharedPromise(this.#transport.receive());
    try {
      const chunk = await this.#receiving.wait(wait);
      this.#receiving = undefined;
      return chunk;
    } catch (error) {
      this.#assertOpen();
      if (!isPeerGone(error)) throw error;
      return null;
    }
  }

  #writeError(error: unknown, sending: Promise<void>): unknown {
    if (this.#closed) return this.#closedError();
    if (isPeerGone(error)) {
      return new Deno.errors.BrokenPipe(
        `Cannot write to "${this.name}": the other side has closed`,
        { cause: error },
      );
    }
    if (error instanceof RangeError) return error;
    sending.catch(() => {});
    this.close();
    return error;
  }

  #assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): Error {
    return new Deno.errors.BadResource(
      `The connection to "${this.name}" is closed`,
    );
  }

  /**
   * The streams.
   *
   * @ignore
   */
  protected override openStreams(): Streams {
    return streams({
      chunk: (limit, signal) => this.#take(limit, { signal }),
      write: (bytes, signal) => this.write(bytes, { signal }),
      endWrites: () => this.closeWrite(),
      close: () => this.close(),
    });
  }
}
