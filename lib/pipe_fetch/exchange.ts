/**
 * One request and its response over one connection.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import type { HttpConnection } from "./connection.ts";
import { type OutgoingRequest, send } from "./request.ts";
import {
  type BodyFraming,
  type Lines,
  readFields,
  readHead,
  type ResponseHead,
} from "./response_head.ts";

/** The parameters of an exchange besides its request. */
export interface ExchangeOptions {
  readonly connection: HttpConnection;
  readonly signal: AbortSignal;
  /**
   * Receives the connection afterwards, and whether it may carry another
   * exchange.
   */
  readonly release: (connection: HttpConnection, reusable: boolean) => void;
}

/** Statuses without a body: `Response` accepts none for them. */
const WITHOUT_BODY = [204, 205, 304];

/**
 * How long to keep a connection after the end of an answer if the server has
 * not yet taken the end of the request, in ms.
 */
const LAST_WRITE_MS = 100;

/** Stops the listening of exchanges whose responses were garbage collected. */
const registry = new FinalizationRegistry<() => void>((stop) => stop());

/**
 * Sends `request` and resolves to the response, before its body is read.
 *
 * @throws {Deno.errors.BrokenPipe} if the server closes before it answers
 * @throws {Deno.errors.InvalidData} for an invalid response
 * @throws the error of the request body's stream
 * @throws the signal's reason
 */
export function exchange(
  request: OutgoingRequest,
  options: ExchangeOptions,
): Promise<Response> {
  return new Exchange(request, options).run();
}

/**
 * Aborts `exchange` with `signal`, until the returned function is called. The
 * listener does not hold the exchange: a long-lived signal holds its listeners,
 * and those of the signals that follow it (`activeDependents` in Deno's
 * ext/web/03_abort_signal.js), but a response that is garbage collected
 * half-read must release its connection.
 */
function abortWith(
  signal: AbortSignal,
  exchange: WeakRef<Exchange>,
): () => void {
  const abort = () => exchange.deref()?.abort();
  signal.addEventListener("abort", abort);
  return () => signal.removeEventListener("abort", abort);
}

class Exchange {
  readonly #request: OutgoingRequest;
  readonly #connection: HttpConnection;
  readonly #signal: AbortSignal;
  readonly #release: ExchangeOptions["release"];
  #sending: Promise<void> = Promise.resolve();
  /** Whether the last write of the request is pending or has ended. */
  #lastBegun = false;
  /** Whether the server has taken the whole request. */
  #sent = false;
  #stopListening = () => {};

  constructor(
    request: OutgoingRequest,
    { connection, signal, release }: ExchangeOptions,
  ) {
    this.#request = request;
    this.#connection = connection;
    this.#signal = signal;
    this.#release = release;
  }

  async run(): Promise<Response> {
    const { method, url } = this.#request;
    this.#connection.begin();
    this.#stopListening = abortWith(this.#signal, new WeakRef(this));
    registry.register(this, this.#stopListening);
    try {
      this.#signal.throwIfAborted();
      this.#sending = this.#send();
      const head = await readHead(this.#connection, method);
      if (head === null) {
        throw new Deno.errors.BrokenPipe(
          "the server closed the connection before it answered",
        );
      }
      const { status, statusText, headers } = head;
      const body = await this.#body(head);
      return located(new Response(body, { status, statusText, headers }), url);
    } catch (error) {
      throw await this.#failed(error);
    }
  }

  /** Never rejects: a failure ends the reception. */
  async #send(): Promise<void> {
    try {
      // If the server has closed, its earlier data can still be read.
      this.#sent = await send(this.#connection, this.#request, () => {
        this.#lastBegun = true;
      });
    } catch (error) {
      this.#connection.fail(error);
    }
    if (!this.#sent) this.#cancelBody(undefined);
  }

  async #body(head: ResponseHead): Promise<BodyInit | null> {
    const { framing } = head;
    const without = this.#request.method === "HEAD" ||
      WITHOUT_BODY.includes(head.status);
    if (without || framing === 0) {
      await this.#finish(head.keepAlive && framing === 0);
      return without ? null : new Uint8Array();
    }
    const keep = head.keepAlive && framing !== "until close";
    return this.#stream(bodyReader(this.#connection, framing), keep);
  }

  #stream(next: BodyReader, keep: boolean): ReadableStream<Uint8Array> {
    return new ReadableStream({
      type: "bytes",
      pull: async (controller) => {
        let bytes;
        try {
          bytes = await next();
          if (bytes === null) await this.#finish(keep);
        } catch (error) {
          throw await this.#failed(error);
        }
        if (bytes !== null) return controller.enqueue(bytes);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: async (reason) => {
        await this.#failed(reason);
      },
    }, { highWaterMark: 0 });
  }

  /**
   * The whole response has arrived. The connection is kept if the request was
   * sent completely too.
   */
  async #finish(keep: boolean): Promise<void> {
    if (!this.#sent && this.#lastBegun) await this.#lastWrite();
    this.#stopListening();
    const connection = this.#connection;
    const reusable = keep && this.#sent && connection.unused === 0;
    if (!reusable) {
      this.#cancelBody(undefined);
      await connection.closed();
    }
    this.#release(connection, reusable);
  }

  /** The answer can arrive before the last write ends, which may never happen. */
  async #lastWrite(): Promise<void> {
    let timer;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_WRITE_MS);
    });
    await Promise.race([this.#sending, late]);
    clearTimeout(timer);
  }

  /**
   * Ends the exchange and resolves to its error when none of its operations is
   * pending.
   */
  async #failed(error: unknown): Promise<unknown> {
    this.#stopListening();
    this.#connection.fail(error);
    this.#cancelBody(error);
    await Promise.all([this.#connection.closed(), this.#sending]);
    this.#release(this.#connection, false);
    return this.#signal.aborted ? this.#signal.reason : this.#named(error);
  }

  /** Ends it with its signal's reason. */
  abort(): void {
    this.#connection.fail(this.#signal.reason);
    this.#cancelBody(this.#signal.reason);
  }

  #cancelBody(reason: unknown): void {
    const { body } = this.#request;
    if (body !== null && "cancel" in body) body.cancel(reason);
  }

  /** Describes the server's fault, after the request's URL. */
  #named(error: unknown): unknown {
    const { InvalidData, UnexpectedEof, BrokenPipe } = Deno.errors;
    for (const Kind of [InvalidData, UnexpectedEof, BrokenPipe]) {
      if (!(error instanceof Kind)) continue;
      const what = Kind === InvalidData ? "the answer cannot be used: " : "";
      return new Kind(
        `Cannot fetch "${this.#request.url}": ${what}${error.message}`,
        { cause: error },
      );
    }
    return error;
  }
}

/** `response` with its URL, which only `fetch` can set. */
function located(response: Response, url: string): Response {
  const clone = () => located(Response.prototype.clone.call(response), url);
  const [value] = url.split("#");
  return Object.defineProperties(response, {
    url: { value, enumerable: true },
    clone: { value: clone },
  });
}

/** The source of a body's bytes; null at the end of the stream. */
interface Bytes extends Lines {
  take(limit: number): Promise<Uint8Array<ArrayBuffer> | null>;
}

/**
 * The next bytes of a body, or null at its end.
 *
 * @throws {Deno.errors.UnexpectedEof} if the stream ends before the body
 * @throws {Deno.errors.InvalidData} for malformed chunks
 */
type BodyReader = () => Promise<Uint8Array<ArrayBuffer> | null>;

const CHUNK_SIZE = 65_536;
const MAX_CHUNK_LINE = 4096;
const CHUNK_LINE = /^([0-9a-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** Reads a body with this framing. */
function bodyReader(source: Bytes, framing: BodyFraming): BodyReader {
  if (framing === "until close") return () => source.take(CHUNK_SIZE);
  return framing === "chunked" ? chunked(source) : ofLength(source, framing);
}

function ofLength(source: Bytes, length: number): BodyReader {
  let left = length;
  return async () => {
    if (left === 0) return null;
    const bytes = await source.take(Math.min(left, CHUNK_SIZE));
    if (bytes === null) {
      throw cutOff(`its body lacks ${counted(left, "byte")}`);
    }
    left -= bytes.byteLength;
    return bytes;
  };
}

function chunked(source: Bytes): BodyReader {
  let left = 0;
  let lineEndDue = false;
  let over = false;
  return async () => {
    if (over) return null;
    if (lineEndDue) {
      if (await line(source, 2) !== "") throw invalidChunk();
      lineEndDue = false;
    }
    if (left === 0) {
      const matched = CHUNK_LINE.exec(await line(source, MAX_CHUNK_LINE));
      if (matched === null) throw invalidChunk();
      left = parseInt(matched[1]!, 16);
    }
    if (left === 0) {
      const trailers = await readFields(source);
      if (trailers === null) throw cutOff("its last chunk is not whole");
      over = true;
      return null;
    }
    const bytes = await source.take(Math.min(left, CHUNK_SIZE));
    if (bytes === null) throw cutOff("a chunk is not whole");
    left -= bytes.byteLength;
    lineEndDue = left === 0;
    return bytes;
  };
}

async function line(source: Bytes, limit: number): Promise<string> {
  const line = await source.line(limit);
  if (line === null) throw cutOff("its last chunk is missing");
  return line;
}

function invalidChunk(): Error {
  return new Deno.errors.InvalidData("a chunk of its body is malformed");
}

function cutOff(fact: string): Error {
  return new Deno.errors.UnexpectedEof(
    `the server closed the connection, and ${fact}`,
  );
}
