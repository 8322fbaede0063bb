/**
 * The end of a ring that reads.
 *
 * @module
 */

import { checkBytes } from "../io/checks.ts";
import { fairness } from "../io/fairness.ts";
import { Turns } from "../io/turns.ts";
import {
  checkWait,
  remaining,
  waitingFor,
  type WaitOptions,
} from "../io/wait.ts";
import {
  type BorrowOptions,
  checkLoan,
  type ReadBatchOptions,
  RingBatch,
  RingLoan,
  tooLong,
} from "./batch.ts";
import type { MappedRing } from "./mapped_ring.ts";
import { RingEnd } from "./end.ts";
import { advance, AT, distance, RECORD_HEADER, recordSize } from "./layout.ts";
import { copyAround, moveAround } from "./memory.ts";

const DEFAULT_BATCH = 65_536;

/**
 * The end of a ring that reads. Made by {@linkcode createRing} and {@linkcode openRing}.
 *
 * @example
 * ```ts
 * import { createRing, openRing } from "@winipc/winipc";
 *
 * await using ring = createRing("ticks", { capacity: 4096 });
 * await using consumer = await openRing("ticks"); // in another process
 * ring.tryWriteBatch([new Uint8Array(8), new Uint8Array(16)]);
 * const batch = await consumer.readBatch();
 * for (const message of batch ?? []) console.log(message.byteLength); // 8, 16
 * ```
 */
export class RingConsumer extends RingEnd implements AsyncIterable<Uint8Array> {
  readonly #turns = new Turns();
  #tail = 0;
  #head = 0;
  #loan: RingLoan | undefined;

  /** Use {@linkcode createRing} or {@linkcode openRing}. */
  constructor(ring: MappedRing) {
    super(ring);
    this.#head = this.peerPosition(AT.head);
    this.#tail = this.peerPosition(AT.tail);
  }

  /**
   * Takes the next message, or null where none is there: now, or any more.
   *
   * Throws {@linkcode Deno.errors.BrokenPipe} when the producer has ended
   * without closing and all it wrote is read, {@linkcode
   * Deno.errors.InvalidData} when somebody else wrote to the memory, {@linkcode
   * Deno.errors.BadResource} when closed.
   */
  tryRead(): Uint8Array<ArrayBuffer> | null {
    const length = this.#next();
    if (length < 0) return null;
    const start = this.#at() + RECORD_HEADER;
    const message = copyAround(this.memory, this.dataSize, start, length);
    this.#release(recordSize(length));
    return message;
  }

  /**
   * Takes the next message into `buffer` and tells its length, or null where
   * none is there. Throws a {@linkcode RangeError} for a message longer than
   * the buffer, which is then not taken; else as {@linkcode
   * RingConsumer.tryRead} does.
   */
  tryReadInto(buffer: Uint8Array): number | null {
    checkBytes(buffer);
    const length = this.#next();
    if (length < 0) return null;
    const room = buffer.byteLength;
    if (length > room) throw tooLong(this.name, length, room);
    const target = length === room ? buffer : buffer.subarray(0, length);
    const start = this.#at() + RECORD_HEADER;
    moveAround(this.memory, "get", start, target, this.dataSize);
    this.#release(recordSize(length));
    return length;
  }

  /**
   * Takes the messages that are there in one copy: many short messages are
   * cheaper so. It may be none. They go to `buffer`, as many as fit with their
   * heads, or to a new one, and are views of it.
   *
   * Throws a {@linkcode RangeError} where not even the first fits the buffer,
   * else as {@linkcode RingConsumer.tryRead} does.
   */
  tryReadBatch(buffer?: Uint8Array<ArrayBuffer>): RingBatch {
    if (buffer !== undefined) checkBytes(buffer);
    const first = this.#next();
    if (first < 0) return new RingBatch(new Uint8Array(), 0);
    const need = recordSize(first);
    const room = buffer?.byteLength ?? Math.max(DEFAULT_BATCH, need);
    if (need > room) throw tooLong(this.name, first, room - RECORD_HEADER);
    const { memory, dataSize } = this;
    const size = Math.min(this.#there(), room & ~7);
    const bytes = copyAround(memory, dataSize, this.#at(), size, buffer);
    const batch = new RingBatch(bytes, this.capacity);
    if (batch.bytesTaken === 0) throw this.damaged();
    this.#release(batch.bytesTaken);
    return batch;
  }

  /**
   * Lends the messages that are there, to be read where they stand, without a
   * copy; null where there is none. `maxBytes` is that of
   * {@linkcode BorrowOptions}.
   *
   * Where the memory is seen by copy only they are copied, and so is a message
   * that goes on at the beginning of the ring, which is lent alone: see
   * {@linkcode RingLoan.inPlace}.
   *
   * Throws {@linkcode Deno.errors.Busy} while other messages are lent, as do all
   * ways to read; else as {@linkcode RingConsumer.tryRead} does.
   */
  tryBorrow(maxBytes?: number): RingLoan | null {
    const most = checkLoan(this.dataSize, maxBytes);
    const first = this.#next();
    if (first < 0) return null;
    const need = recordSize(first);
    const at = this.#at();
    const there = Math.min(this.#there(), this.dataSize - at);
    const size = Math.min(Math.max(need, most), there);
    const lent = size < need ? undefined : this.memory.lend(at, size);
    const bytes = lent ??
      copyAround(this.memory, this.dataSize, at, Math.max(need, size));
    const inPlace = lent !== undefined;
    const loan = new RingLoan(bytes, this.capacity, inPlace, (moved) => {
      this.#loan = undefined;
      this.setLent(false);
      if (moved && inPlace) this.keepMapped();
      this.#release(loan.bytesTaken);
    });
    this.#loan = loan;
    this.setLent(inPlace);
    if (loan.bytesTaken > 0) return loan;
    loan.release();
    throw this.damaged();
  }

  /**
   * Lends the messages that are there, as {@linkcode RingConsumer.tryBorrow}
   * does, or waits for one. Null is the end.
   *
   * @example
   * ```ts
   * import { createRing, openRing } from "@winipc/winipc";
   *
   * // In another process:
   * await using theirs = createRing("frames", { capacity: 4096 });
   * theirs.tryWrite(new Uint8Array([1, 2, 3]));
   *
   * await using ring = await openRing("frames");
   * using loan = await ring.borrow();
   * for (const message of loan ?? []) console.log(message.byteLength);
   * ```
   */
  async borrow(options: BorrowOptions = {}): Promise<RingLoan | null> {
    const maxBytes = checkLoan(this.dataSize, options.maxBytes);
    return await this.#wait(() => this.tryBorrow(maxBytes), options);
  }

  /** Gives back what is lent and closes this end, as {@linkcode RingEnd.close} does. */
  override close(): void {
    try {
      this.#loan?.release();
    } finally {
      super.close();
    }
  }

  /**
   * Takes the next message, or waits for it. Null is the end: the producer has
   * closed and everything is read. Calls take turns in their order.
   *
   * Throws as {@linkcode RingConsumer.tryRead} does, or the signal's reason or
   * a `TimeoutError`.
   */
  async read(
    options: WaitOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    return await this.#wait(() => this.tryRead(), options);
  }

  /** As {@linkcode RingConsumer.read}, into `buffer`; tells the length of the message. */
  async readInto(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    checkBytes(buffer);
    return await this.#wait(() => this.tryReadInto(buffer), options);
  }

  /** Takes the messages that are there, as {@linkcode RingConsumer.tryReadBatch}, or waits for one. Null is the end. */
  async readBatch(options: ReadBatchOptions = {}): Promise<RingBatch | null> {
    const { buffer } = options;
    if (buffer !== undefined) checkBytes(buffer);
    return await this.#wait(() => {
      const batch = this.tryReadBatch(buffer);
      return batch.length === 0 ? null : batch;
    }, options);
  }

  /** The messages, until the producer closes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<
    Uint8Array<ArrayBuffer>,
    void,
    void
  > {
    for (;;) {
      const message = await this.read();
      if (message === null) return;
      yield message;
    }
  }

  async #wait<T>(
    take: () => T | null,
    options: WaitOptions,
  ): Promise<T | null> {
    this.assertOpen();
    checkWait(options);
    const since = performance.now();
    const wait = waitingFor(
      options,
      () => `Cannot read from the ring "${this.name}": nothing came`,
    );
    using _turn = await this.#turns.take(wait);
    for (;;) {
      // The turn may have come after a close() of ours.
      this.assertOpen();
      // In this order: what is written before a close is seen after it.
      const over = this.peerClosed;
      const taken = take();
      if (taken !== null || over) {
        await fairness();
        return taken;
      }
      await this.untilReady(
        () => this.#hasMore() || this.peerClosed,
        remaining(wait, since),
      );
    }
  }

  /** The length of the next message; negative where there is none. */
  #next(): number {
    this.assertOpen();
    if (this.#loan !== undefined) {
      throw new Deno.errors.Busy(
        `Cannot read from the ring "${this.name}": some of its messages are lent; release them first`,
      );
    }
    if (!this.#hasMore()) {
      if (!this.peerGone) return -1;
      // What it wrote before its end may only now be seen.
      if (!this.#hasMore()) {
        if (this.peerClosed) return -1;
        throw this.goneError();
      }
    }
    const length = this.memory.length(this.#at());
    const there = distance(this.#head, this.#tail, this.dataSize);
    if (length > this.capacity || recordSize(length) > there) {
      throw this.damaged();
    }
    return length;
  }

  /** The head is looked at only when all that is known of is read: it is the other end's cache line. */
  #hasMore(): boolean {
    return this.#head !== this.#tail || this.#there() > 0;
  }

  /** How much there is to read, looked at once more. */
  #there(): number {
    this.#head = this.peerPosition(AT.head);
    const there = distance(this.#head, this.#tail, this.dataSize);
    if (there > this.dataSize) throw this.damaged();
    return there;
  }

  #at(): number {
    const { dataSize } = this;
    return this.#tail >= dataSize ? this.#tail - dataSize : this.#tail;
  }

  #release(count: number): void {
    this.#tail = advance(this.#tail, count, this.dataSize);
    this.moved(count);
    this.memory.store(AT.tail, this.#tail);
    this.wakePeer();
  }
}
