/**
 * Finds messages in a stream of bytes.
 *
 * @module
 */

import { DEFAULT_MAX_MESSAGE } from "../io/stream/base_connection.ts";
import { ByteQueue } from "../io/stream/byte_queue.ts";
import { checkBytes, checkSize } from "../io/checks.ts";
import { counted, shown } from "../io/format.ts";
import { checkFraming, type Framing, prefixForm } from "./framing.ts";

/** The limits of what comes from the other side. */
export interface FrameOptions {
  /**
   * The longest message to take, in bytes. A longer one, or one that says that
   * it is longer, throws an error before memory is allocated for it.
   *
   * @default {67108864}
   */
  maxSize?: number | undefined;
}

/** The longest headers of a message with a `Content-Length`, in bytes. */
const MAX_HEADERS = 8192;
const LF = 10;
const CR = 13;

/** A complete message within the unread bytes: `head`, message, `tail`. */
interface Found {
  readonly head: number;
  readonly size: number;
  readonly tail: number;
}

/** Looks for the first message in the unread bytes. */
type Finder = (unread: Uint8Array<ArrayBuffer>) => Found | undefined;

/**
 * Cuts a stream of bytes into messages, without any input or output of its own.
 * {@linkcode FrameDecoderStream} and {@linkcode FramedConnection} use it.
 *
 * @example
 * ```ts
 * import { FrameDecoder } from "@winipc/winipc";
 *
 * const decoder = new FrameDecoder("line");
 * decoder.push(new TextEncoder().encode("one\ntwo\nthr"));
 * console.log(decoder.take()?.length, decoder.take()?.length); // 3 3
 * console.log(decoder.take()); // undefined: "three" is not complete
 * ```
 */
export class FrameDecoder {
  readonly #unread = new ByteQueue();
  readonly #framing: Framing;
  readonly #find: Finder;

  /**
   * Expects messages that are separated by `framing`.
   *
   * @throws {TypeError} for an unknown framing, {@linkcode RangeError} for a
   * limit out of range
   */
  constructor(framing: Framing, options: FrameOptions = {}) {
    const { maxSize = DEFAULT_MAX_MESSAGE } = options;
    checkFraming(framing);
    checkSize("maxSize", maxSize);
    this.#framing = framing;
    this.#find = finderOf(framing, maxSize);
  }

  /** Adds received bytes, which are copied. */
  push(chunk: Uint8Array): void {
    checkBytes(chunk);
    this.#unread.push(chunk);
  }

  /**
   * Takes the next message without its frame, or returns undefined if more
   * bytes are needed.
   *
   * @throws {Deno.errors.InvalidData} for a message that is longer than the
   * limit, or invalid headers, and then at each call
   */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const found = this.#find(this.#unread.bytes);
    return found && this.#taken(found);
  }

  /**
   * Ends the stream, after `take()` has returned undefined. A last line without
   * a line end is a message, too.
   *
   * @throws {Deno.errors.UnexpectedEof} if the stream ended within a message
   */
  end(): Uint8Array<ArrayBuffer> | undefined {
    const { size } = this.#unread;
    if (size === 0) return undefined;
    if (this.#framing === "line") {
      return this.#taken({ head: 0, size, tail: 0 });
    }
    throw new Deno.errors.UnexpectedEof(
      `The stream ended within a message, ${
        counted(size, "byte")
      } after its beginning`,
    );
  }

  #taken({ head, size, tail }: Found): Uint8Array<ArrayBuffer> {
    this.#unread.skip(head);
    const message = this.#unread.take(size);
    this.#unread.skip(tail);
    // On Windows, lines end with CR and LF.
    return this.#framing === "line" && message.at(-1) === CR
      ? message.subarray(0, -1)
      : message;
  }
}

function finderOf(framing: Framing, maxSize: number): Finder {
  const form = prefixForm(framing);
  if (form === undefined) {
    return framing === "line" ? lineFinder(maxSize) : headersFinder(maxSize);
  }
  const { size: head, littleEndian } = form;
  const prefix = new Uint8Array(8);
  const view = new DataView(prefix.buffer);
  return (unread) => {
    if (unread.byteLength < head) return undefined;
    prefix.set(unread.subarray(0, head), littleEndian ? 0 : 8 - head);
    const size = checked(view.getBigUint64(0, littleEndian), maxSize);
    return unread.byteLength < head + size
      ? undefined
      : { head, size, tail: 0 };
  };
}

function lineFinder(maxSize: number): Finder {
  /** How many bytes of an incomplete line were searched before. */
  let seen = 0;
  return (unread) => {
    const at = unread.indexOf(LF, seen);
    const size = at < 0 ? unread.byteLength : at;
    // The CR of a line end is not part of the line.
    const least = unread[size - 1] === CR ? size - 1 : size;
    if (least > maxSize) {
      throw tooLong("line", `${counted(least, "byte")} or more`, maxSize);
    }
    seen = at < 0 ? size : 0;
    return at < 0 ? undefined : { head: 0, size, tail: 1 };
  };
}

/**
 * Headers up to an empty line, then as many bytes as they say. The base
 * protocol of language servers: "The header part is encoded using the 'ascii'
 * encoding. This includes the '\r\n' separating the header and content part"
 * (microsoft.github.io/language-server-protocol).
 */
function headersFinder(maxSize: number): Finder {
  let seen = 0;
  let begun: { readonly head: number; readonly size: number } | undefined;
  return (unread) => {
    if (begun === undefined) {
      const head = endOfHeaders(unread, seen);
      if ((head ?? unread.byteLength) > MAX_HEADERS) {
        throw new Deno.errors.InvalidData(
          `Cannot take headers of more than ${MAX_HEADERS} bytes: no empty line ends them; are both sides framed alike?`,
        );
      }
      if (head === undefined) {
        seen = Math.max(unread.byteLength - 3, 0);
        return undefined;
      }
      begun = { head, size: lengthIn(unread.subarray(0, head - 4), maxSize) };
    }
    const { head, size } = begun;
    if (unread.byteLength < head + size) return undefined;
    begun = undefined;
    seen = 0;
    return { head, size, tail: 0 };
  };
}

/** The index behind CR, LF, CR and LF; `from` is where the search goes on. */
function endOfHeaders(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(CR, from); at >= 0;) {
    if (at + 4 > bytes.byteLength) return undefined;
    const end = bytes[at + 1] === LF && bytes[at + 2] === CR &&
      bytes[at + 3] === LF;
    if (end) return at + 4;
    at = bytes.indexOf(CR, at + 1);
  }
  return undefined;
}

// With the blanks around the value, it could take n³ steps for n blanks.
const HEADER = /^([\w!#$%&'*+.^`|~-]+):(.*)$/;
const LENGTH = /^[\t ]*(\d{1,20})[\t ]*$/;

function lengthIn(headers: Uint8Array, maxSize: number): number {
  const lines = new TextDecoder("latin1").decode(headers).split("\r\n");
  let length: string | undefined;
  for (const line of lines) {
    const [, name, value = ""] = HEADER.exec(line) ?? [];
    if (name === undefined) {
      throw new Deno.errors.InvalidData(
        `Cannot take a message: ${
          shown(line.slice(0, 60))
        } is not a header; are both sides framed alike?`,
      );
    }
    if (name.toLowerCase() !== "content-length") continue;
    const digits = LENGTH.exec(value)?.[1];
    if (length !== undefined || digits === undefined) {
      throw new Deno.errors.InvalidData(
        `Cannot take a message: its Content-Length is ${
          shown(
            length === undefined ? value.trim().slice(0, 60) : lines.join(", "),
          )
        }; send one, in decimal digits`,
      );
    }
    length = digits;
  }
  if (length === undefined) {
    throw new Deno.errors.InvalidData(
      "Cannot take a message: its headers have no Content-Length; send one, in decimal digits",
    );
  }
  return checked(BigInt(length), maxSize);
}

function checked(size: bigint, maxSize: number): number {
  if (size > maxSize) throw tooLong("message", counted(size, "byte"), maxSize);
  return Number(size);
}

function tooLong(what: string, size: string, maxSize: number): Error {
  return new Deno.errors.InvalidData(
    `Cannot take a ${what} of ${size}: the limit is ${maxSize}; are both sides framed alike? If so, raise the limit`,
  );
}
