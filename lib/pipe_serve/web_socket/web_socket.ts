/**
 * The server's end of a WebSocket on a pipe.
 *
 * @module
 */

import type { BaseConnection } from "../../io/stream/base_connection.ts";
import { yieldToEventLoop } from "../../io/wait/yield.ts";
import {
  CLOSE_CODE,
  decodeClose,
  decodeText,
  encodeClose,
  encodeFrame,
  MAX_CONTROL,
  OPCODE,
  WebSocketError,
} from "./frame.ts";
import { type Message, MessageReader } from "./message_reader.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const READ_SIZE = 65_536;
/** Large messages are written in pieces, so that it shows how far they are. */
const WRITE_SIZE = 65_536;
/** With more unsent bytes, nothing is read: an answer to each message would add to them. */
const MAX_UNSENT = 1_048_576;
/** How long the client may take for its close frame, or for taking some of what is unsent. */
const CLOSE_MS = 2000;
/** How long to wait for more of what a refused client still sends. */
const LINGER_MS = 200;

const NOTHING = new Uint8Array(0);

const encoder = new TextEncoder();

type Timer = ReturnType<typeof setTimeout>;

/** How a WebSocket ends. */
interface End {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly error?: Error;
}

/**
 * The standard `WebSocket` (https://websockets.spec.whatwg.org) for a client
 * that has connected. One that does not read, does not answer or breaks the
 * protocol is closed in time, and the memory that it takes has a limit.
 */
export class PipeWebSocket extends EventTarget implements WebSocket {
  readonly CONNECTING = CONNECTING;
  readonly OPEN = OPEN;
  readonly CLOSING = CLOSING;
  readonly CLOSED = CLOSED;
  readonly url: string;
  readonly protocol: string;
  readonly extensions = "";
  binaryType: BinaryType = "blob";
  onopen: WebSocket["onopen"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onerror: WebSocket["onerror"] = null;
  onclose: WebSocket["onclose"] = null;
  readonly #maxMessageSize: number;
  readonly #idleTimeout: number;
  #connection: BaseConnection | undefined;
  #state = CONNECTING;
  #unsent = 0;
  /** The steps of sending that wait for a Blob to be read. */
  #steps: Promise<void> | undefined;
  /** Resolves when some bytes are written, or at the end. */
  #progress = Promise.withResolvers<void>();
  /** The close frame, while the WebSocket is not open. */
  #closeFrame: Uint8Array = encodeFrame(OPCODE.close, NOTHING);
  /** Resolves when it is written, or cannot be. */
  #closeSent: Promise<void> | undefined;
  /** The pong that is being written, and the payload of the one after it. */
  #pong: { next: Uint8Array | undefined } | undefined;
  #closeTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  /** For how many halves of the idle timeout the client was silent. */
  #silent = 0;
  #ended = false;

  /** Not yet open: see `begin()`. */
  constructor(
    url: string,
    protocol: string,
    maxMessageSize: number,
    idleTimeout: number,
  ) {
    super();
    this.url = url;
    this.protocol = protocol;
    this.#maxMessageSize = maxMessageSize;
    this.#idleTimeout = idleTimeout;
    this.addEventListener("open", (event) => this.onopen?.(event));
    this.addEventListener("message", (event) => {
      this.onmessage?.(event as MessageEvent);
    });
    this.addEventListener("error", (event) => this.onerror?.(event));
    this.addEventListener("close", (event) => {
      this.onclose?.(event as CloseEvent);
    });
  }

  get readyState(): number {
    return this.#state;
  }

  get bufferedAmount(): number {
    return this.#unsent;
  }

  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.#state === CONNECTING) {
      throw new DOMException(
        "Cannot send: the WebSocket is not open; wait for its open event",
        "InvalidStateError",
      );
    }
    if (data instanceof Blob) {
      this.#unsent += data.size;
      if (this.#state !== OPEN) return;
      const bytes = data.bytes();
      // It may fail before its turn comes, where it closes the WebSocket.
      bytes.catch(() => {});
      this.#send(async () => {
        await this.#write(encodeFrame(OPCODE.binary, await bytes), data.size);
      }, true);
      return;
    }
    const bytes = bytesOf(data);
    const opcode = bytes === undefined ? OPCODE.text : OPCODE.binary;
    const payload = bytes ?? encoder.encode(String(data));
    const size = payload.byteLength;
    this.#unsent += size;
    if (this.#state !== OPEN) return;
    // A copy: the caller may change its bytes at once.
    const frame = encodeFrame(opcode, payload);
    this.#send(() => this.#write(frame, size));
  }

  close(code?: number, reason = ""): void {
    const allowed = code === undefined || code === CLOSE_CODE.normal ||
      (code >= 3000 && code <= 4999);
    if (!allowed) {
      throw new DOMException(
        `Invalid close code ${code}: give 1000, or 3000 to 4999`,
        "InvalidAccessError",
      );
    }
    if (encoder.encode(reason).byteLength > MAX_CONTROL - 2) {
      throw new DOMException(
        `Invalid close reason: give at most ${MAX_CONTROL - 2} bytes`,
        "SyntaxError",
      );
    }
    // A frame with a reason has a code.
    this.#startClose(
      code ?? (reason === "" ? CLOSE_CODE.noCode : CLOSE_CODE.normal),
      reason,
    );
  }

  /** Opens it on `connection`. */
  begin(connection: BaseConnection): void {
    this.#connection = connection;
    this.#awaitSign();
    if (this.#state === CONNECTING) {
      this.#state = OPEN;
      this.dispatchEvent(new Event("open"));
    } else this.#sendClose();
    void this.#receive(connection);
  }

  /** Ends it if it was not opened. */
  cancel(error: Error): void {
    if (this.#connection === undefined) void this.#finish(abnormal(error));
  }

  /** Closes it because the server closes. */
  goAway(): void {
    this.#startClose(CLOSE_CODE.goingAway, "The server closes");
  }

  #startClose(code: number, reason: string): void {
    if (this.#state >= CLOSING) return;
    this.#state = CLOSING;
    this.#closeFrame = encodeFrame(OPCODE.close, encodeClose(code, reason));
    if (this.#connection !== undefined) this.#sendClose();
  }

  #sendClose(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closeSent = promise;
    this.#send(() => this.#write(this.#closeFrame, 0).then(resolve));
    this.#limitClose();
  }

  /** Ends the closing handshake if nothing is written for too long. */
  #limitClose(): void {
    clearTimeout(this.#closeTimer);
    if (this.#ended) return;
    this.#closeTimer = setTimeout(() => {
      void this.#finish(abnormal(
        new Deno.errors.TimedOut(
          `The client did not close the WebSocket within ${CLOSE_MS} ms`,
        ),
      ));
    }, CLOSE_MS);
    Deno.unrefTimer(this.#closeTimer);
  }

  async #receive(connection: BaseConnection): Promise<void> {
    const reader = new MessageReader(this.#maxMessageSize);
    const buffer = new Uint8Array(READ_SIZE);
    try {
      for (;;) {
        const length = await connection.read(buffer);
        if (length === null) throw clientLeft();
        this.#silent = 0;
        for (const message of reader.read(buffer.subarray(0, length))) {
          if (message.opcode === OPCODE.close) {
            return await this.#acceptClose(decodeClose(message.payload));
          }
          this.#take(message);
          // Each message is a task: what awaited the last one runs before.
          await yieldToEventLoop();
          // It is this program that takes long, and not the client.
          this.#silent = 0;
        }
        // Messages given to send() after a close() count, and are never sent.
        while (this.#state === OPEN && this.#unsent > MAX_UNSENT) {
          await this.#progress.promise;
          this.#silent = 0;
        }
      }
    } catch (error) {
      if (error instanceof WebSocketError) await this.#refuse(error, buffer);
      else await this.#finish(abnormal(error as Error));
    }
  }

  /** A close frame has arrived: it is sent back, as Deno's own WebSockets do. */
  async #acceptClose(
    { code, reason }: { code: number; reason: string },
  ): Promise<void> {
    this.#startClose(code, reason);
    await this.#closeSent;
    await this.#finish({ code, reason, wasClean: true });
  }

  #take({ opcode, payload }: Message): void {
    if (opcode === OPCODE.ping) return this.#answer(payload);
    if (opcode === OPCODE.pong || this.#state !== OPEN) return;
    const data = opcode === OPCODE.text
      ? decodeText(payload)
      : this.binaryType === "arraybuffer"
      ? payload.buffer
      : new Blob([payload]);
    const { origin } = new URL(this.url);
    this.dispatchEvent(new MessageEvent("message", { data, origin }));
  }

  /**
   * Answers a ping. RFC 6455, section 5.5.3: of several, the last one is
   * enough, so that a client that does not read takes no memory.
   */
  #answer(payload: Uint8Array): void {
    if (this.#closeSent !== undefined) return;
    if (this.#pong !== undefined) {
      this.#pong.next = payload;
      return;
    }
    const pong: { next: Uint8Array | undefined } = { next: undefined };
    this.#pong = pong;
    this.#send(async () => {
      await this.#write(encodeFrame(OPCODE.pong, payload), 0);
      this.#pong = undefined;
      if (pong.next !== undefined) this.#answer(pong.next);
    });
  }

  /**
   * Waits for half of the idle timeout, again and again: a program that was
   * suspended gives its clients the second half.
   */
  #awaitSign(): void {
    if (this.#idleTimeout === 0 || this.#ended) return;
    this.#idleTimer = setTimeout(async () => {
      if (++this.#silent > 1) {
        // A sign may have come while this program was busy.
        await yieldToEventLoop();
        if (this.#silent > 1) {
          const silence = `The client was silent for ${this.#idleTimeout} ms`;
          await this.#finish(abnormal(new Deno.errors.TimedOut(silence)));
        }
      } else if (this.#closeSent === undefined) {
        this.#send(() => this.#write(encodeFrame(OPCODE.ping, NOTHING), 0));
      }
      this.#awaitSign();
    }, Math.ceil(this.#idleTimeout / 2));
    Deno.unrefTimer(this.#idleTimer);
  }

  /** Sends in the order of the calls; with `wait`, the step takes its time. */
  #send(step: () => Promise<void>, wait = false): void {
    if (this.#steps === undefined && !wait) return void step();
    const steps = (this.#steps ?? Promise.resolve()).then(step)
      // Only a Blob fails here.
      .catch((error) => this.#fail(CLOSE_CODE.internalError, error))
      .then(() => {
        if (this.#steps === steps) this.#steps = undefined;
      });
    this.#steps = steps;
  }

  /** Writes a frame, or finds that the client has left. Never rejects. */
  async #write(frame: Uint8Array, size: number): Promise<void> {
    const connection = this.#connection!;
    const parts: Promise<unknown>[] = [];
    for (let at = 0; at < frame.byteLength; at += WRITE_SIZE) {
      const part = connection.write(frame.subarray(at, at + WRITE_SIZE));
      parts.push(part.then(() => this.#advance()));
    }
    try {
      await Promise.all(parts);
      this.#unsent -= size;
      this.#advance();
    } catch (error) {
      await this.#finish(abnormal(error as Error));
    }
  }

  #advance(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
    if (this.#closeSent !== undefined) this.#limitClose();
  }

  /** Closes it, with `error`. */
  #fail(code: number, error: Error): void {
    this.#startClose(code, error.message);
    void this.#closeSent?.then(() => this.#finish(abnormal(error)));
  }

  /**
   * Closes it for an error of the client. It may be sending still: what comes
   * until it has the close frame is dropped, because its writes would fail
   * before it reads.
   */
  async #refuse(error: WebSocketError, buffer: Uint8Array): Promise<void> {
    this.#startClose(error.code, error.message);
    await this.#closeSent;
    try {
      const wait = { timeout: LINGER_MS };
      while (await this.#connection!.read(buffer, wait) !== null);
    } catch {
      // It has left, is silent, or took too long.
    }
    await this.#finish(abnormal(error));
  }

  async #finish({ code, reason, wasClean, error }: End): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#state < CLOSING) this.#state = CLOSING;
    clearTimeout(this.#closeTimer);
    clearTimeout(this.#idleTimer);
    this.#progress.resolve();
    await this.#connection?.[Symbol.asyncDispose]();
    this.#state = CLOSED;
    if (error !== undefined) {
      const { message } = error;
      this.dispatchEvent(new ErrorEvent("error", { error, message }));
    }
    this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean }));
  }
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const isBuffer = data instanceof ArrayBuffer ||
    data instanceof SharedArrayBuffer;
  return isBuffer ? new Uint8Array(data) : undefined;
}

function abnormal(error: Error): End {
  return { code: CLOSE_CODE.abnormal, reason: "", wasClean: false, error };
}

function clientLeft(): Error {
  return new Deno.errors.UnexpectedEof("The client left without a close frame");
}
