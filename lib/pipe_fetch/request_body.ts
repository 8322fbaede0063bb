/**
 * The body of a request: complete if possible, with its length, or a stream.
 *
 * @module
 */

import { concat } from "../io/concat.ts";

/** A body that arrives in pieces. */
export interface BodyStream {
  /** The next piece, or null at the end. */
  next(): Promise<Uint8Array | null>;
  /** Cancels the rest. */
  cancel(reason: unknown): void;
}

/** The body to send. */
export type RequestBody = Uint8Array | BodyStream | null;

/** How many bytes of a body to buffer to learn its length. */
const MAX_HELD = 1_048_576;

/**
 * The body of `request`, which was created with `init`. A stream in `init` is
 * not read ahead: the server may answer before its first bytes. A `Request`
 * does not say whether its body is a stream, so this reads what is available
 * within one turn of the event loop. If that is everything, the body is
 * complete.
 */
export async function bodyOf(
  request: Request,
  init: BodyInit | null | undefined,
): Promise<RequestBody> {
  const { body } = request;
  if (body === null) return null;
  if (init === undefined || init === null) return await heldBody(body);
  if (init instanceof ReadableStream || Symbol.asyncIterator in Object(init)) {
    return streamOf(body);
  }
  return await request.bytes();
}

function streamOf(body: ReadableStream<Uint8Array>): BodyStream {
  const reader = body.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      if (done) return null;
      if (value instanceof Uint8Array) return value;
      const error = new TypeError(
        "Invalid body: its stream must give Uint8Arrays",
      );
      // The caller cannot cancel a stream that is locked.
      reader.cancel(error).catch(() => {});
      throw error;
    },
    cancel(reason) {
      reader.cancel(reason).catch(() => {});
    },
  };
}

/**
 * All of `body` if it is available at once, else a stream that begins with the
 * bytes read.
 */
export async function heldBody(
  body: ReadableStream<Uint8Array>,
): Promise<Uint8Array | BodyStream> {
  const stream = streamOf(body);
  const pieces: Uint8Array[] = [];
  let size = 0;
  let timer;
  const turn = new Promise<"later">((resolve) => {
    timer = setTimeout(() => resolve("later"));
  });
  try {
    for (;;) {
      const pending = stream.next();
      const piece = await Promise.race([pending, turn]);
      if (piece === null) {
        return pieces.length === 1 ? pieces[0]! : concat(pieces);
      }
      if (piece === "later") {
        // The consumer of the stream gets its failure.
        pending.catch(() => {});
        return resumed(pieces, pending, stream);
      }
      pieces.push(piece);
      size += piece.byteLength;
      if (size > MAX_HELD && pieces.length > 1) {
        return resumed(pieces, undefined, stream);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function resumed(
  pieces: Uint8Array[],
  pending: Promise<Uint8Array | null> | undefined,
  { next, cancel }: BodyStream,
): BodyStream {
  return {
    next() {
      const piece = pieces.shift();
      if (piece !== undefined) return Promise.resolve(piece);
      const first = pending;
      pending = undefined;
      return first ?? next();
    },
    cancel,
  };
}
