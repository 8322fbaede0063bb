/**
 * The reading end of a ring.
 *
 * @module
 */

import { checkBytes } from "../io/checks.ts";
import { PausingOperations } from "../io/wait/yield.ts";
import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import {
  beginWait,
  checkWait,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import {
  type BorrowOptions,
  checkLoan,
  type ReadBatchOptions,
  RingBatch,
  RingLoan,
  tooLong,
} from "./batch.ts";
import { RingEnd } from "./ring_end.ts";
import { advance, AT, distance, RECORD_HEADER, recordSize } from "./layout.ts";
import { copyAround, moveAround } from "./memory.ts";

const DEFAULT_BATCH = 65_536;

/**
 * The reading end of a ring. Made by {@linkcode createRing} and {@linkcode
 * openRing}.
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
  readonly #turns = new AsyncSemaphore();
  readonly #operations = new PausingOperations();
  #loan: RingLoan | undefined;

  /**
   * Takes the next message; returns null if there is none now, or if the ring
   * has ended.
   *
   * Throws {@linkcode Deno.errors.BrokenPipe} when the producer has ended
   * without closing and all its messages are read, {@linkcode
   * Deno.errors.InvalidData} when another program wrote to the memory,
   * {@linkcode Deno.errors.BadResource} when closed.
   */
  tryRead(): Uint8Array<ArrayBuffer> | null {
    const length = this.#next();
    if (length < 0) return null;
    const start = this.#offset() + RECORD_HEADER;
    const message = copyAround(this.memory, this.dataSize, start, length);
    this.#release(recordSize(length));
    return message;
  }

  /**
   * Takes the next message into `buffer` and returns its length, or null if
   * there is none. Throws a {@linkcode RangeError} for a message longer than
   * the buffer and leaves the message; otherwise the same errors as {@linkcode
   * RingConsumer.tryRead}.
   */
  tryReadInto(buffer: Uint8Array): number | null {
    checkBytes(buffer);
    const length = this.#next();
    if (length < 0) return null;
    const room = buffer.byteLength;
    if (length > room) throw tooLong(this.name, length, room);
    const target = length === room ? buffer : buffer.subarray(0, length);
    const start = this.#offset() + RECORD_HEADER;
    moveAround(this.memory, "get", start, target, this.dataSize);
    this.#release(recordSize(length));
    return length;
  }

  /**
   * Takes the available messages in one copy, which is cheaper for many short
   * ones. There may be none. They are views of `buffer`, as many as fit with
   * their headers, or of a new buffer.
   *
   * Throws a {@linkcode RangeError} if not even the first fits the buffer;
   * otherwise the same errors as {@linkcode RingConsumer.tryRead}.
   */
  tryReadBatch(buffer?: Uint8Array<ArrayBuffer>): RingBatch {
    if (buffer !== undefined) checkBytes(buffer);
    const first = this.#next();
    if (first < 0) return new RingBatch(new Uint8Array(), 0);
    const need = recordSize(first);
    const room = buffer?.byteLength ?? Math.max(DEFAULT_BATCH, need);
    if (need > room) throw tooLong(this.name, first, room - RECORD_HEADER);
    const { memory, dataSize } = this;
    // Without bit operations: from 2 GiB their results are negative.
    const size = Math.min(this.#available(), room - room % 8);
    const bytes = copyAround(memory, dataSize, this.#offset(), size, buffer);
    const batch = new RingBatch(bytes, this.capacity);
    if (batch.bytesTaken === 0) throw this.damaged();
    this.#release(batch.bytesTaken);
    return batch;
  }

  /**
   * Lends the available messages to be read in place, without a copy; returns
   * null if there are none. `maxBytes` is that of {@linkcode BorrowOptions}.
   *
   * They are copied if the memory is accessed by copy only. A message that
   * wraps around the end of the ring is copied too, and lent alone: see
   * {@linkcode RingLoan.inPlace}.
   *
   * Throws {@linkcode Deno.errors.Busy} while other messages are lent, as do
   * all ways to read; otherwise the same errors as {@linkcode
   * RingConsumer.tryRead}.
   */
  tryBorrow(maxBytes?: number): RingLoan | null {
    const limit = checkLoan(this.dataSize, maxBytes);
    const first = this.#next();
    if (first < 0) return null;
    const need = recordSize(first);
    const at = this.#offset();
    const available = Math.min(this.#available(), this.dataSize - at);
    const size = Math.min(Math.max(need, limit), available);
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
   * Lends the available messages, like {@linkcode RingConsumer.tryBorrow}, or
   * waits for one. Returns null at the end.
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

  /** Releases lent messages and closes this end, like {@linkcode RingEnd.close}. */
  override close(): void {
    try {
      this.#loan?.release();
    } finally {
      super.close();
    }
  }

  /**
   * Takes the next message, or waits for one. Returns null at the end: the
   * producer has closed and everything is read. Calls are served in order.
   *
   * Throws the same errors as {@linkcode RingConsumer.tryRead}, or the signal's
   * reason or a `TimeoutError`.
   */
  read(
    options: WaitOptions = {},
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#wait(this.#read, options);
  }

  /**
   * Like {@linkcode RingConsumer.read}, into `buffer`; returns the length of
   * the message.
   */
  async readInto(
    buffer: Uint8Array,
    options: WaitOptions = {},
  ): Promise<number | null> {
    checkBytes(buffer);
    return await this.#wait(() => this.tryReadInto(buffer), options);
  }

  /**
   * Takes the available messages, like {@linkcode RingConsumer.tryReadBatch},
   * or waits for one. Returns null at the end.
   */
  async readBatch(options: ReadBatchOptions = {}): Promise<RingBatch | null> {
    const { buffer } = options;
    if (buffer !== undefined) checkBytes(buffer);
    return await this.#wait(() => {
      const batch = this.tryReadBatch(buffer);
      return batch.length === 0 ? null : batch;
    }, options);
  }

  /** Yields messages until the producer closes. */
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

  #wait<T>(take: () => T | null, options: WaitOptions): Promise<T | null> {
    let spun = false;
    try {
      this.assertOpen();
      checkWait(options);
      // An async function takes longer than the read itself.
      if (this.#turns.isFree) {
        spun = true;
        if (this.spin(this.#isReady, options)) {
          // In this order, because messages written before a close become
          // visible before it.
          const over = this.peerClosed;
          const taken = take();
          if (taken !== null || over) {
            return this.#operations.settle(taken);
          }
        }
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#waitInTurn(take, options, spun);
  }

  async #waitInTurn<T>(
    take: () => T | null,
    options: WaitOptions,
    spun: boolean,
  ): Promise<T | null> {
    const since = beginWait(options);
    const wait = withTimeoutMessage(
      options,
      () => `Cannot read from the ring "${this.name}": nothing came`,
    );
    const turn = this.#turns.acquire(wait);
    const held = turn instanceof Promise ? await turn : turn;
    try {
      for (;;) {
        // This end may have been closed before its turn came.
        this.assertOpen();
        const over = this.peerClosed;
        const taken = take();
        if (taken !== null || over) return this.#operations.settle(taken);
        const rest = remaining(wait, since);
        const asleep = spun
          ? this.sleep(this.#isReady, rest)
          : this.untilReady(this.#isReady, rest);
        spun = false;
        if (asleep !== undefined) await asleep;
      }
    } finally {
      held[Symbol.dispose]();
    }
  }

  readonly #read = () => this.tryRead();

  /** Also when a read would throw: it must not wait for that. */
  readonly #isReady = () =>
    this.#hasMore() || this.peerClosed || this.peerGone ||
    this.#loan !== undefined;

  /** The length of the next message; negative if there is none. */
  #next(): number {
    this.assertOpen();
    if (this.#loan !== undefined) {
      throw new Deno.errors.Busy(
        `Cannot read from the ring "${this.name}": some of its messages are lent; release them first`,
      );
    }
    if (!this.#hasMore()) {
      if (!this.peerGone) return -1;
      // Messages written before the end may only become visible now.
      if (!this.#hasMore()) {
        if (this.peerClosed) return -1;
        throw this.goneError();
      }
    }
    const length = this.memory.length(this.#offset());
    const available = distance(this.head, this.tail, this.dataSize);
    if (length > this.capacity || recordSize(length) > available) {
      throw this.damaged();
    }
    return length;
  }

  /**
   * Reads the head only when all known messages are read: it is in the other
   * end's cache line.
   */
  #hasMore(): boolean {
    return this.head !== this.tail || this.#available() > 0;
  }

  /** How much there is to read, after a fresh read of the head. */
  #available(): number {
    this.head = this.peerPosition(AT.head);
    const available = distance(this.head, this.tail, this.dataSize);
    if (available > this.dataSize) throw this.damaged();
    return available;
  }

  #offset(): number {
    const { dataSize } = this;
    return this.tail >= dataSize ? this.tail - dataSize : this.tail;
  }

  #release(count: number): void {
    this.tail = advance(this.tail, count, this.dataSize);
    this.moved(count);
    this.memory.store(AT.tail, this.tail);
    this.wakePeer();
  }
}
