/**
 * Several messages at once: copied or lent.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkInteger } from "../io/checks.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { RECORD_HEADER, recordSize } from "./layout.ts";

/** The options of {@linkcode RingConsumer.readBatch}. */
export interface ReadBatchOptions extends WaitOptions {
  /**
   * The buffer for the messages, with 8 bytes and some padding for each; as
   * many are taken as fit. The batch uses it until the next read. Reusing one
   * buffer is several times faster than new ones.
   *
   * @default a new buffer for the available messages, at most 65536 bytes
   */
  buffer?: Uint8Array<ArrayBuffer> | undefined;
}

/** The options of {@linkcode RingConsumer.borrow}. */
export interface BorrowOptions extends WaitOptions {
  /**
   * How many bytes of the ring to lend at most, with 8 bytes and some padding
   * for each message; a longer one is lent alone. The producer cannot use this
   * space meanwhile, so both ends work at the same time only if it is less than
   * the ring.
   *
   * @default a quarter of the ring
   */
  maxBytes?: number | undefined;
}

/** How many bytes to lend at most: a quarter of the ring by default. */
export function checkLoan(
  dataSize: number,
  maxBytes = Math.ceil(dataSize / 4),
): number {
  checkInteger("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
  return maxBytes;
}

/** The error for a buffer that is too small for the next message. */
export function tooLong(name: string, length: number, room: number): Error {
  return new RangeError(
    `Cannot read from the ring "${name}": the message has ${
      counted(length, "byte")
    }, and the buffer room for ${room}`,
  );
}

/**
 * Messages that were taken from a ring together. They share one buffer.
 *
 * @example
 * ```ts
 * import { createRing, openRing } from "@winipc/winipc";
 *
 * await using ring = createRing("ticks", { capacity: 4096 }); // in another process
 * await using consumer = await openRing("ticks");
 * ring.tryWriteBatch([new Uint8Array([1, 2]), new Uint8Array([3])]);
 * const batch = await consumer.readBatch();
 * let sum = 0;
 * batch?.forEachRange((bytes, start, end) => {
 *   for (let i = start; i < end; i++) sum += bytes[i]!;
 * });
 * console.log(batch?.length, sum); // 2 6
 * ```
 */
export class RingBatch implements Iterable<Uint8Array<ArrayBuffer>> {
  /** How many messages there are. */
  readonly length: number;
  /** How many bytes of the ring they occupied. */
  readonly bytesTaken: number;
  /** The buffer behind all messages. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;
  readonly #longest: number;

  /** The complete messages in `bytes`, none longer than `longest`. */
  constructor(bytes: Uint8Array<ArrayBuffer>, longest: number) {
    const { buffer, byteOffset, byteLength } = bytes;
    const view = new DataView(buffer, byteOffset, byteLength);
    let count = 0;
    let at = 0;
    while (at + RECORD_HEADER <= byteLength) {
      const length = view.getUint32(at, true);
      if (length > longest) break;
      const next = at + recordSize(length);
      if (next > byteLength) break;
      at = next;
      count++;
    }
    this.bytes = bytes;
    this.bytesTaken = at;
    this.length = count;
    this.#view = view;
    this.#longest = longest;
  }

  /** The messages. */
  *[Symbol.iterator](): Generator<Uint8Array<ArrayBuffer>, void, void> {
    for (let at = 0; at < this.bytesTaken;) {
      const length = this.#lengthAt(at);
      const start = at + RECORD_HEADER;
      yield this.bytes.subarray(start, start + length);
      at += recordSize(length);
    }
  }

  /**
   * Calls `visit` for each message with the shared buffer and the bounds of the
   * message in it. For short messages this is cheaper than arrays.
   */
  forEachRange(
    visit: (bytes: Uint8Array<ArrayBuffer>, start: number, end: number) => void,
  ): void {
    for (let at = 0; at < this.bytesTaken;) {
      const length = this.#lengthAt(at);
      const start = at + RECORD_HEADER;
      visit(this.bytes, start, start + length);
      at += recordSize(length);
    }
  }

  /** Lent messages are in memory that others may write to at any time. */
  #lengthAt(at: number): number {
    const length = this.#view.getUint32(at, true);
    if (
      length <= this.#longest && at + recordSize(length) <= this.bytesTaken
    ) return length;
    throw new Deno.errors.InvalidData(
      "The messages are damaged: another program wrote to the ring's memory",
    );
  }
}

/**
 * Messages in the ring's own memory, lent to be read there. Made by {@linkcode
 * RingConsumer.borrow}. `using` returns them.
 *
 * Until you release them, the producer cannot use their space, and you cannot
 * read more from the ring. After that, every view of them has length 0. A
 * faulty producer may change them while you read.
 *
 * @example
 * ```ts
 * import { createRing, openRing } from "@winipc/winipc";
 *
 * await using ring = createRing("frames", { capacity: 4096 }); // in another process
 * await using consumer = await openRing("frames");
 * ring.tryWrite(new Uint8Array([1, 2, 3]));
 * {
 *   using loan = await consumer.borrow();
 *   for (const message of loan ?? []) console.log(message.byteLength);
 * } // the producer may use the place again
 * ```
 */
export class RingLoan extends RingBatch implements Disposable {
  /**
   * Whether the messages were read without a copy. They are copied if the
   * memory is accessed by copy only, or if a single message wraps around the
   * end of the data.
   */
  readonly inPlace: boolean;
  #onRelease: ((moved: boolean) => void) | undefined;

  /**
   * Use {@linkcode RingConsumer.borrow}. Nothing else may use the buffer of
   * `bytes`. `onRelease` learns whether the program has transferred it.
   */
  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    longest: number,
    inPlace: boolean,
    onRelease: (moved: boolean) => void,
  ) {
    super(bytes, longest);
    this.inPlace = inPlace;
    this.#onRelease = onRelease;
  }

  /** Whether the messages were released. */
  get released(): boolean {
    return this.#onRelease === undefined;
  }

  /**
   * Releases the messages, so that the producer can use their space. Safe to
   * call twice.
   */
  release(): void {
    const onRelease = this.#onRelease;
    if (onRelease === undefined) return;
    this.#onRelease = undefined;
    const { buffer } = this.bytes;
    const moved = buffer.detached;
    if (!moved) buffer.transfer(0);
    onRelease(moved);
  }

  /** Releases the messages, like {@linkcode RingLoan.release}. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** The messages. Throws {@linkcode Deno.errors.BadResource} after release. */
  override *[Symbol.iterator](): Generator<
    Uint8Array<ArrayBuffer>,
    void,
    void
  > {
    this.#assertHeld();
    for (const message of super[Symbol.iterator]()) {
      yield message;
      this.#assertHeld();
    }
  }

  /**
   * Like {@linkcode RingBatch.forEachRange}. Throws {@linkcode
   * Deno.errors.BadResource} after release.
   */
  override forEachRange(
    visit: (bytes: Uint8Array<ArrayBuffer>, start: number, end: number) => void,
  ): void {
    this.#assertHeld();
    super.forEachRange(visit);
  }

  #assertHeld(): void {
    if (!this.released) return;
    throw new Deno.errors.BadResource(
      "Cannot read messages that are given back to the ring",
    );
  }
}
