/**
 * Messages over an end that carries bytes.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { RelayFrame } from "./options.ts";

const LF = 10;
const HEAD = 4;

/** `channel` with message boundaries, by frames. */
export function framed(
  channel: Channel,
  frame: Exclude<RelayFrame, "none">,
  maxSize: number,
): Channel {
  const { receive, send, closeWrite } = channel;
  const cutter = frame === "line"
    ? new LineCutter(maxSize)
    : new LengthCutter(maxSize);
  const close = channel.close.bind(channel);
  const { halves, apart, connected, ready } = channel;
  return {
    boundaries: true,
    halves,
    ...apart !== undefined && { apart },
    ...connected !== undefined && { connected },
    ...ready !== undefined && { ready },
    ...receive && {
      receive: async (signal: AbortSignal) => {
        for (;;) {
          const message = cutter.take();
          if (message !== undefined) return message;
          const chunk = await receive.call(channel, signal);
          if (chunk === null) return cutter.end();
          cutter.push(chunk);
        }
      },
    },
    ...send && {
      send: (bytes, signal, progress) =>
        send.call(channel, frameOf(bytes, frame), signal, progress),
    },
    ...closeWrite && { closeWrite: closeWrite.bind(channel) },
    close,
  };
}

/** A message with its frame. */
export function frameOf(
  message: Uint8Array,
  frame: Exclude<RelayFrame, "none">,
): Uint8Array<ArrayBuffer> {
  const size = message.byteLength;
  if (frame === "length") {
    const whole = new Uint8Array(HEAD + size);
    new DataView(whole.buffer).setUint32(0, size);
    whole.set(message, HEAD);
    return whole;
  }
  if (message.includes(LF)) {
    throw new Deno.errors.InvalidData(
      `Cannot pass a message of ${size} bytes as a line: it holds a line end; take the frame "length"`,
    );
  }
  const whole = new Uint8Array(size + 1);
  whole.set(message);
  whole[size] = LF;
  return whole;
}

/** Received and not yet taken. It grows to the longest message, and no further. */
class Unread {
  #buffer = new Uint8Array(65_536);
  #start = 0;
  #end = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  push(chunk: Uint8Array): void {
    const size = this.#end - this.#start;
    if (this.#end + chunk.byteLength > this.#buffer.byteLength) {
      const need = size + chunk.byteLength;
      const old = this.bytes;
      if (need > this.#buffer.byteLength) {
        this.#buffer = new Uint8Array(2 * need);
        this.#buffer.set(old);
      } else this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = size;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.byteLength;
  }

  /** Takes `size` bytes; the first `skip` belong to the frame. */
  take(size: number, skip: number, drop: number): Uint8Array<ArrayBuffer> {
    const from = this.#start + skip;
    const message = this.#buffer.slice(from, this.#start + size - drop);
    this.#start += size;
    return message;
  }
}

class LineCutter {
  readonly #unread = new Unread();
  readonly #maxSize: number;
  #seen = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  push(chunk: Uint8Array): void {
    this.#unread.push(chunk);
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    const at = this.#unread.bytes.indexOf(LF, this.#seen);
    const size = at < 0 ? this.#unread.bytes.byteLength : at;
    if (size > this.#maxSize) throw tooLong("line", size, this.#maxSize);
    if (at < 0) {
      this.#seen = size;
      return undefined;
    }
    this.#seen = 0;
    return withoutCr(this.#unread.take(at + 1, 0, 1));
  }

  /** A last line without a line end counts too. */
  end(): Uint8Array<ArrayBuffer> | null {
    const size = this.#unread.bytes.byteLength;
    this.#seen = 0;
    return size === 0 ? null : withoutCr(this.#unread.take(size, 0, 0));
  }
}

/** On Windows, lines end with CR and LF. */
function withoutCr(line: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return line.at(-1) === 13 ? line.subarray(0, -1) : line;
}

class LengthCutter {
  readonly #unread = new Unread();
  readonly #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  push(chunk: Uint8Array): void {
    this.#unread.push(chunk);
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    const { bytes } = this.#unread;
    if (bytes.byteLength < HEAD) return undefined;
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (size > this.#maxSize) throw tooLong("message", size, this.#maxSize);
    if (bytes.byteLength < HEAD + size) return undefined;
    return this.#unread.take(HEAD + size, HEAD, 0);
  }

  end(): null {
    const rest = this.#unread.bytes.byteLength;
    if (rest === 0) return null;
    throw new Deno.errors.UnexpectedEof(
      `The stream ended within a message, ${rest} bytes after its beginning`,
    );
  }
}

function tooLong(what: string, size: number, maxSize: number): Error {
  return new Deno.errors.InvalidData(
    `Cannot take a ${what} of ${size} bytes or more: maxMessageSize is ${maxSize}; ` +
      `are both sides framed alike?`,
  );
}
