/**
 * Web streams over a source that reads and writes.
 *
 * @module
 */

import { yieldIfDue } from "../wait/yield.ts";

/** The source of the streams. */
export interface Source {
  /** Reads a chunk of at most `limit` bytes, or null at the end. */
  chunk(
    limit: number,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Writes all of `bytes`; returns no promise if that is done at once. */
  write(bytes: Uint8Array, signal: AbortSignal): void | Promise<unknown>;
  /**
   * Whether `writable` accepts `size` more bytes without waiting, given the
   * number of unwritten bytes: `write()` has copied them.
   */
  accepts?(size: number, unwritten: number): boolean;
  /** Writes what it has accepted as far as that is done at once. */
  flush?(): void;
  /** Announces the end of the data, if the other side can be notified. */
  endWrites?(): Promise<void>;
  /** Cancels pending operations and closes. */
  close(): void;
}

/** The pair of streams of a connection. */
export interface Streams {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array>;
}

const CHUNK = 262144;

/**
 * Creates the streams of `source`. Nothing is read ahead, so a slow reader
 * slows the other side. When both streams have ended, or one of them with
 * `oneWay`, the source closes.
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
  let unwritten = 0;
  let last: Promise<void> | undefined;
  let failed: { error: unknown } | undefined;
  const writable = new WritableStream<Uint8Array>({
    // A stream calls its abort() only after the pending write.
    start: ({ signal }) =>
      signal.addEventListener("abort", () => {
        source.flush?.();
        writing.end();
      }),
    write(bytes, controller) {
      const done = endingAtOnce(
        writing,
        () => source.write(bytes, writing.signal),
      )?.catch(endingOn(writing));
      const size = bytes.byteLength;
      if (done !== undefined) {
        if (!source.accepts?.(size, unwritten)) return done.then(() => {});
        unwritten += size;
        last = done.then(
          () => void (unwritten -= size),
          (error) => {
            failed ??= { error };
            controller.error(error);
          },
        );
      }
      return yieldIfDue(size)?.then(() => {});
    },
    async close() {
      await last;
      if (failed !== undefined) throw failed.error;
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

function endingAtOnce<T>(half: { end(): void }, run: () => T): T {
  try {
    return run();
  } catch (error) {
    half.end();
    throw error;
  }
}
