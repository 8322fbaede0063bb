/**
 * The writing end of a ring.
 *
 * @module
 */

import { counted } from "../io/format.ts";
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
import { checkUnresized } from "../win32/check_unresized.ts";
import { RingEnd } from "./ring_end.ts";
import { advance, AT, distance, RECORD_HEADER, recordSize } from "./layout.ts";
import { moveAround } from "./memory.ts";

/**
 * The writing end of a ring. Made by {@linkcode createRing} and {@linkcode
 * openRing}.
 *
 * @example
 * ```ts
 * import { createRing, openRing } from "@winipc/winipc";
 *
 * await using ring = createRing("ticks", { capacity: 4096 });
 * if (!ring.tryWrite(new Uint8Array(8))) console.log("full");
 * await using consumer = await openRing("ticks"); // in another process
 * await consumer.read();
 * await ring.drained({ timeout: 5000 }); // all of it is read
 * ```
 */
export class RingProducer extends RingEnd {
  readonly #turns = new AsyncSemaphore();
  readonly #operations = new PausingOperations();

  /**
   * Writes `message`, which may be empty, if there is space for it. Returns
   * whether it did.
   *
   * Throws {@linkcode Deno.errors.BrokenPipe} when the consumer has closed or
   * ended, a {@linkcode RangeError} for a message longer than the capacity,
   * {@linkcode Deno.errors.BadResource} when closed.
   */
  tryWrite(message: Uint8Array): boolean {
    this.#check(message);
    this.#checkPeer();
    if (!this.#put(message)) return false;
    this.#publish();
    return true;
  }

  /**
   * Writes as many of `messages`, in order, as there is space for, and returns
   * how many. It notifies the consumer once, which makes many short messages
   * cheaper. Throws the same errors as {@linkcode RingProducer.tryWrite}.
   */
  tryWriteBatch(messages: readonly Uint8Array[]): number {
    messages.forEach((message) => this.#check(message));
    return this.#putAll(messages, 0);
  }

  /**
   * Writes `message`, and waits until there is space.
   *
   * Throws the same errors as {@linkcode RingProducer.tryWrite}, or the
   * signal's reason or a `TimeoutError`; the message is then not written.
   */
  write(message: Uint8Array, options: WaitOptions = {}): Promise<void> {
    try {
      this.#check(message);
      checkWait(options);
      // An async function takes longer than the write itself.
      if (this.#turns.isFree) {
        this.#checkPeer();
        if (this.#put(message)) {
          this.#publish();
          return this.#operations.settle(undefined);
        }
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#writeAll([message], options);
  }

  /**
   * Writes all `messages`, and waits until there is space. Throws the same
   * errors as {@linkcode RingProducer.write}; some messages may then be
   * written.
   */
  async writeBatch(
    messages: readonly Uint8Array[],
    options: WaitOptions = {},
  ): Promise<void> {
    // The caller may change the list during the wait.
    await this.#writeAll([...messages], options);
  }

  async #writeAll(
    messages: readonly Uint8Array[],
    options: WaitOptions,
  ): Promise<void> {
    messages.forEach((message) => this.#check(message));
    checkWait(options);
    const sizes = messages.map(({ byteLength }) => byteLength);
    const since = beginWait(options);
    const wait = withTimeoutMessage(
      options,
      () => `Cannot write to the ring "${this.name}": there was no room`,
    );
    const turn = this.#turns.acquire(wait);
    const held = turn instanceof Promise ? await turn : turn;
    try {
      let done = this.#putAll(messages, 0, sizes);
      while (done < messages.length) {
        const need = recordSize(sizes[done]!);
        await this.untilReady(
          () => this.peerClosed || this.#hasRoom(need),
          remaining(wait, since),
        );
        done = this.#putAll(messages, done, sizes);
      }
    } finally {
      held[Symbol.dispose]();
    }
    await this.#operations.settle(undefined);
  }

  /**
   * Waits until the consumer has read everything. If you close the ring before
   * the consumer has opened it, all messages are lost.
   *
   * Throws {@linkcode Deno.errors.BrokenPipe} when the consumer closes or ends
   * first; otherwise the same errors as {@linkcode RingProducer.write}.
   */
  async drained(options: WaitOptions = {}): Promise<void> {
    this.assertOpen();
    checkWait(options);
    const since = beginWait(options);
    const wait = withTimeoutMessage(
      options,
      () =>
        `Cannot drain the ring "${this.name}": the consumer did not read all of it`,
    );
    const turn = this.#turns.acquire(wait);
    using _turn = turn instanceof Promise ? await turn : turn;
    for (;;) {
      // This end may have been closed during the wait.
      this.assertOpen();
      if (this.#hasRoom(this.dataSize)) return;
      this.#checkPeer();
      await this.untilReady(
        () => this.peerClosed || this.#hasRoom(this.dataSize),
        remaining(wait, since),
      );
    }
  }

  /** Puts them as long as there is room, and still with the `sizes` of before. */
  #putAll(
    messages: readonly Uint8Array[],
    from: number,
    sizes?: readonly number[],
  ): number {
    this.assertOpen();
    this.#checkPeer();
    let done = from;
    try {
      for (; done < messages.length; done++) {
        const message = messages[done]!;
        if (sizes !== undefined) checkUnresized(message, sizes[done]!);
        if (!this.#put(message)) break;
      }
    } finally {
      if (done > from) this.#publish();
    }
    return done;
  }

  #put(message: Uint8Array): boolean {
    const length = message.byteLength;
    const need = recordSize(length);
    if (!this.#hasRoom(need)) return false;
    const { memory, dataSize } = this;
    const at = this.head >= dataSize ? this.head - dataSize : this.head;
    memory.setLength(at, length);
    moveAround(memory, "put", at + RECORD_HEADER, message, dataSize);
    this.head = advance(this.head, need, dataSize);
    this.moved(need);
    return true;
  }

  #publish(): void {
    this.memory.store(AT.head, this.head);
    this.wakePeer();
  }

  /**
   * Reads the tail only when the last known value is too low: it is in the
   * other end's cache line.
   */
  #hasRoom(need: number): boolean {
    const { dataSize } = this;
    if (dataSize - distance(this.head, this.tail, dataSize) >= need) {
      return true;
    }
    this.tail = this.peerPosition(AT.tail);
    const used = distance(this.head, this.tail, dataSize);
    if (used > dataSize) throw this.damaged();
    return dataSize - used >= need;
  }

  #checkPeer(): void {
    if (this.peerGone) throw this.goneError();
    if (this.peerSeenClosed) {
      throw new Deno.errors.BrokenPipe(
        `Cannot write to the ring "${this.name}": the consumer has closed it`,
      );
    }
  }

  #check(message: Uint8Array): void {
    checkBytes(message);
    this.assertOpen();
    if (message.byteLength <= this.capacity) return;
    throw new RangeError(
      `Cannot write ${
        counted(message.byteLength, "byte")
      } to the ring "${this.name}": a message may have at most ${this.capacity}`,
    );
  }
}
