/**
 * Web streams over something that reads and writes.
 *
 * @module
 */

/** What the streams stand on. */
export interface Source {
  /** A chunk of at most `limit` bytes, or null at the end. */
  chunk(
    limit: number,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array, signal: AbortSignal): Promise<unknown>;
  /** Says that nothing more will be written, where the other side can be told. */
  endWrites?(): Promise<void>;
  /** Ends what is pending and closes. */
  close(): void;
}

/** The pair of streams of a connection. */
export interface Streams {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array>;
}

const CHUNK = 65536;

/**
 * The streams of `source`. Nothing is read ahead, so that a slow reader slows
 * the other side. When both streams have ended, the source closes; with `oneWay`
 * when one of them has.
 */
export function streams(source: Source, oneWay = false): Streams {
  let open = oneWay ? 1 : 2;
  const half = () => {
    const over = new AbortController();
    return {
      signal: over.signal,
      end(): void {
        if (over.signal.aborted) return;
        over.abort();
        if (--open === 0) source.close();
      },
    };
  };
  const reading = half();
  const writing = half();
  const readable = new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const request = controller.byobRequest;
      const limit = request?.view?.byteLength ?? CHUNK;
      const chunk = await source.chunk(limit, reading.signal)
        .catch(endingOn(reading));
      if (chunk === null) {
        reading.end();
        controller.close();
        request?.respond(0);
      } else if (request === null) {
        controller.enqueue(chunk);
      } else {
        const { buffer, byteOffset } = request.view!;
        new Uint8Array(buffer, byteOffset).set(chunk);
        request.respond(chunk.byteLength);
      }
    },
    cancel: reading.end,
  }, { highWaterMark: 0 });
  const writable = new WritableStream<Uint8Array>({
    // A stream calls its abort() only after the write that is under way.
    start: ({ signal }) => signal.addEventListener("abort", writing.end),
    async write(bytes) {
      await source.write(bytes, writing.signal).catch(endingOn(writing));
    },
    async close() {
      await source.endWrites?.().catch(endingOn(writing));
      writing.end();
    },
    abort: writing.end,
  }, { highWaterMark: 1 });
  return { readable, writable };
}

function endingOn(half: { end(): void }): (error: unknown) => never {
  return (error) => {
    half.end();
    throw error;
  };
}
