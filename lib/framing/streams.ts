/**
 * Frames as streams, for `pipeThrough()`.
 *
 * They are not subclasses of `TransformStream`: such a class loads Deno's streams
 * when it is defined, which takes part of each program's start.
 *
 * @module
 */

import { yieldIfDue } from "../io/wait/yield.ts";
import { FrameDecoder, type FrameOptions } from "./decoder.ts";
import { checkFraming, encodeFrame, type Framing } from "./framing.ts";
import { decodeJson, encodeJson } from "./json.ts";

/**
 * Cuts a stream of bytes into messages: each chunk of its readable side is one.
 * It fails like {@linkcode FrameDecoder}: with `InvalidData` for a message that
 * is too long, and `UnexpectedEof` if the stream ends within one.
 *
 * @example The lines of a program
 * ```ts
 * import { FrameDecoderStream, spawn } from "@winipc/winipc";
 *
 * await using child = spawn("cmd.exe", {
 *   args: ["/d", "/c", "ver"],
 *   stdout: "pipe",
 * });
 * const lines = child.stdout.readable
 *   .pipeThrough(new FrameDecoderStream("line", { maxSize: 65536 }));
 * for await (const line of lines) {
 *   console.log(new TextDecoder().decode(line));
 * }
 * ```
 */
export class FrameDecoderStream
  implements TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  /** The messages. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Takes the bytes. */
  readonly writable: WritableStream<Uint8Array>;

  /** Expects messages that are separated by `framing`. */
  constructor(framing: Framing, options: FrameOptions = {}) {
    const both = decoding(framing, options, (message) => message);
    this.readable = both.readable;
    this.writable = both.writable;
  }
}

/**
 * Puts a frame around each message: each chunk of its readable side is a whole
 * frame. It fails like {@linkcode encodeFrame}.
 *
 * @example
 * ```ts
 * import { FrameEncoderStream } from "@winipc/winipc";
 *
 * const messages = ReadableStream.from([new Uint8Array(3), new Uint8Array(5)]);
 * for await (const frame of messages.pipeThrough(new FrameEncoderStream("u8"))) {
 *   console.log(frame.length); // 4, then 6
 * }
 * ```
 */
export class FrameEncoderStream
  implements TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  /** The frames. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Takes the messages. */
  readonly writable: WritableStream<Uint8Array>;

  /** Separates messages by `framing`. */
  constructor(framing: Framing) {
    const both = encoding(framing, (message: Uint8Array) => message);
    this.readable = both.readable;
    this.writable = both.writable;
  }
}

/**
 * Parses each message of a stream of bytes as JSON in UTF-8. By default each is
 * a line, and empty lines are skipped (JSON Lines, NDJSON). A message that is
 * not JSON fails with `InvalidData`.
 *
 * @example
 * ```ts
 * import { JsonDecoderStream } from "@winipc/winipc";
 *
 * const bytes = new Blob(['{"n":1}\n{"n":2}\n']).stream();
 * for await (const value of bytes.pipeThrough(new JsonDecoderStream())) {
 *   console.log(value); // { n: 1 }, then { n: 2 }
 * }
 * ```
 */
export class JsonDecoderStream implements TransformStream<Uint8Array, unknown> {
  /** The values. */
  readonly readable: ReadableStream<unknown>;
  /** Takes the bytes. */
  readonly writable: WritableStream<Uint8Array>;

  /** Expects values that are separated by `framing`. */
  constructor(framing: Framing = "line", options: FrameOptions = {}) {
    const both = decoding(framing, options, decodeJson, framing === "line");
    this.readable = both.readable;
    this.writable = both.writable;
  }
}

/**
 * Writes each value as JSON in UTF-8 with its frame, by default as a line.
 *
 * @example
 * ```ts
 * import { JsonEncoderStream } from "@winipc/winipc";
 *
 * await ReadableStream.from([{ n: 1 }, { n: 2 }])
 *   .pipeThrough(new JsonEncoderStream())
 *   .pipeTo(Deno.stdout.writable, { preventClose: true });
 * ```
 */
export class JsonEncoderStream
  implements TransformStream<unknown, Uint8Array<ArrayBuffer>> {
  /** The frames. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Takes the values. */
  readonly writable: WritableStream<unknown>;

  /** Separates values by `framing`. */
  constructor(framing: Framing = "line") {
    const both = encoding(framing, encodeJson);
    this.readable = both.readable;
    this.writable = both.writable;
  }
}

function encoding<T>(
  framing: Framing,
  encode: (value: T) => Uint8Array,
): TransformStream<T, Uint8Array<ArrayBuffer>> {
  checkFraming(framing);
  return new TransformStream({
    transform(value, controller) {
      controller.enqueue(encodeFrame(encode(value), framing));
    },
  });
}

function decoding<T>(
  framing: Framing,
  options: FrameOptions,
  parsed: (message: Uint8Array<ArrayBuffer>) => T,
  skipEmpty = false,
): TransformStream<Uint8Array, T> {
  const decoder = new FrameDecoder(framing, options);
  type Controller = TransformStreamDefaultController<T>;
  const pass = (message: Uint8Array<ArrayBuffer>, controller: Controller) => {
    if (skipEmpty && message.byteLength === 0) return;
    controller.enqueue(parsed(message));
  };
  return new TransformStream({
    async transform(chunk, controller) {
      decoder.push(chunk);
      for (let message; (message = decoder.take()) !== undefined;) {
        pass(message, controller);
        const pause = yieldIfDue(message.byteLength);
        if (pause !== undefined) await pause;
      }
    },
    flush(controller) {
      const last = decoder.end();
      if (last !== undefined) pass(last, controller);
    },
  });
}
