/**
 * Merges writes to a stream of bytes: writes made while one is pending go out
 * in one call.
 *
 * @module
 */

import { checkUnresized } from "../../win32/check_unresized.ts";
import { onAbort } from "../wait/on_abort.ts";
import { drainMicrotasks } from "../wait/yield.ts";
import {
  beginWait,
  checkWait,
  framed,
  isFramed,
  remaining,
  type WaitOptions,
} from "../wait/wait_options.ts";

/** The maximum number of bytes to merge. */
const MAX_GATHERED = 65536;
/** Longer writes go alone: copying them costs more than a call. */
const MAX_SMALL = 16384;

/**
 * Whether a write of `size` bytes is merged, and copied, after `gathered`
 * bytes.
 */
export function isGathered(size: number, gathered: number): boolean {
  return size <= MAX_SMALL && gathered + size <= MAX_GATHERED;
}

/** Writes bytes in one call; its error is the failure. */
export type Write = (
  bytes: Uint8Array,
  wait: WaitOptions,
) => void | Promise<void>;

/**
 * Writes in the order of the calls. A write starts at once if none is pending.
 * If its call succeeds at once, writes that follow soon are merged: after
 * `write()`, those of the same turn of the microtask queue, and after
 * `accept()`, those with fewer than 16 turns between one and the next.
 */
export class WriteCoalescer {
  readonly #write: Write;
  readonly #items: (LargeWrite | Batch)[] = [];
  #busy = false;
  /** The call that has not ended yet. */
  #pending: Promise<void> | undefined;
  /** Whether the last write was accepted into a batch that takes more. */
  #isGrowing = false;

  /** Uses `write`, which is called for one write after another. */
  constructor(write: Write) {
    this.#write = (bytes, wait) => {
      const done = write(bytes, wait);
      if (done === undefined) return;
      return this.#pending = done.finally(() =>
        void (this.#pending = undefined)
      );
    };
  }

  /**
   * Writes `bytes`. Merged bytes are copied before this returns. A write that
   * is cancelled before it starts writes no byte; one that has started with
   * others is cancelled, but its bytes are written.
   */
  write(bytes: Uint8Array, wait: WaitOptions): void | Promise<void> {
    return this.#put(bytes, wait, false);
  }

  /**
   * Like `write()`, for a caller that does not wait for the write before it
   * makes the next one. A web stream takes some turns of the microtask queue
   * between two chunks.
   */
  accept(bytes: Uint8Array, wait: WaitOptions): void | Promise<void> {
    if (bytes.byteLength > MAX_SMALL) return this.write(bytes, wait);
    const done = this.#put(bytes, wait, true);
    this.#isGrowing = this.#items.length === 1;
    return done;
  }

  /**
   * Makes the calls for merged writes, unless a call is pending: accepted ones
   * must not be lost when the handle closes now, or another process gets it.
   */
  flush(): void {
    while (this.#pending === undefined && this.#items[0] instanceof Batch) {
      void (this.#items.shift() as Batch).write(this.#write);
    }
  }

  #put(
    bytes: Uint8Array,
    wait: WaitOptions,
    gathers: boolean,
  ): void | Promise<void> {
    checkWait(wait);
    this.#isGrowing = false;
    if (this.#busy) return this.#enqueue(bytes, wait);
    this.#busy = true;
    let done: void | Promise<void> = undefined;
    try {
      done = this.#write(bytes, wait);
    } finally {
      if (done === undefined) {
        if (gathers) void this.#gather();
        else queueMicrotask(() => void this.#run());
      }
    }
    return done?.finally(() => void this.#run());
  }

  #enqueue(bytes: Uint8Array, wait: WaitOptions): Promise<void> {
    const size = bytes.byteLength;
    if (size > MAX_SMALL) {
      const large = new LargeWrite(bytes, wait);
      this.#items.push(large);
      return large.done;
    }
    const areFramed = isFramed(wait);
    let batch = this.#items.at(-1);
    if (
      !(batch instanceof Batch) || batch.areFramed !== areFramed ||
      !batch.takes(size)
    ) {
      batch = new Batch(areFramed);
      this.#items.push(batch);
    }
    return batch.add(bytes, wait);
  }

  /** Writes the queue once no more writes are accepted. */
  async #gather(): Promise<void> {
    do {
      this.#isGrowing = false;
      await drainMicrotasks();
    } while (this.#isGrowing);
    await this.#run();
  }

  /** Writes the queue, one item after another; none of them rejects. */
  async #run(): Promise<void> {
    for (;;) {
      // That of flush(), whose error its writes have.
      await this.#pending?.catch(() => {});
      const item = this.#items.shift();
      if (item === undefined) break;
      await item.write(this.#write);
    }
    this.#busy = false;
  }
}

/** A write that goes alone. */
class LargeWrite {
  readonly #bytes: Uint8Array;
  readonly #size: number;
  readonly #wait: WaitOptions;
  readonly #since: number;
  readonly #done = Promise.withResolvers<void>();
  readonly #disarm: () => void;
  #isAborted = false;

  constructor(bytes: Uint8Array, wait: WaitOptions) {
    this.#bytes = bytes;
    this.#size = bytes.byteLength;
    this.#wait = wait;
    this.#since = beginWait(wait);
    this.#disarm = onAbort(wait, (reason) => {
      this.#isAborted = true;
      this.#done.reject(reason);
    });
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  async write(write: Write): Promise<void> {
    if (this.#isAborted) return;
    this.#disarm();
    try {
      checkUnresized(this.#bytes, this.#size);
      await write(this.#bytes, remaining(this.#wait, this.#since));
      this.#done.resolve();
    } catch (error) {
      this.#done.reject(error);
    }
  }
}

/** One of the writes of a batch. */
interface Part {
  readonly size: number;
  readonly done: PromiseWithResolvers<void>;
}

/** Small writes, with their bytes in sequence. */
class Batch {
  /** Whether its writes are framed messages, all of them or none. */
  readonly areFramed: boolean;
  #bytes = new Uint8Array(1024);
  #size = 0;
  readonly #parts: Part[] = [];
  /** By a signal without a time limit, as all writes of a stream have. */
  readonly #bySignal = new Map<AbortSignal, Part[]>();
  readonly #disarms: (() => void)[] = [];
  /** Aborted when all its pending writes are cancelled. */
  readonly #allAborted = new AbortController();
  #hasBegun = false;

  constructor(areFramed: boolean) {
    this.areFramed = areFramed;
  }

  takes(size: number): boolean {
    return isGathered(size, this.#size);
  }

  add(bytes: Uint8Array, wait: WaitOptions): Promise<void> {
    const size = bytes.byteLength;
    const part = { size, done: Promise.withResolvers<void>() };
    this.#cancelledBy(wait)?.push(part);
    this.#reserve(size);
    this.#bytes.set(bytes, this.#size);
    this.#size += size;
    this.#parts.push(part);
    return part.done.promise;
  }

  async write(write: Write): Promise<void> {
    // A listener that came earlier may have closed the connection.
    for (const [signal, parts] of this.#bySignal) {
      if (signal.aborted) this.#abort(parts, signal.reason);
    }
    this.#hasBegun = true;
    if (this.#parts.length === 0) return;
    let failure: { error: unknown } | undefined;
    try {
      const { signal } = this.#allAborted;
      if (this.#size > 0) {
        const bytes = this.#bytes.subarray(0, this.#size);
        await write(bytes, this.areFramed ? framed({ signal }) : { signal });
      }
    } catch (error) {
      failure = { error };
    }
    for (const disarm of this.#disarms) disarm();
    for (const { done } of this.#parts) {
      if (failure === undefined) done.resolve();
      else done.reject(failure.error);
    }
  }

  /** The list of parts that `wait` cancels, if it can: a new one, or its signal's. */
  #cancelledBy(wait: WaitOptions): Part[] | undefined {
    const { signal, timeout = Infinity } = wait;
    const isTimed = timeout < Infinity;
    if (signal === undefined && !isTimed) return undefined;
    const known = isTimed ? undefined : this.#bySignal.get(signal!);
    if (known !== undefined) return known;
    const parts: Part[] = [];
    if (!isTimed) this.#bySignal.set(signal!, parts);
    this.#disarms.push(onAbort(wait, (reason) => this.#abort(parts, reason)));
    return parts;
  }

  #abort(parts: Part[], reason: unknown): void {
    for (const part of parts.splice(0)) {
      this.#remove(part);
      part.done.reject(reason);
    }
    // One that has not begun may take more parts.
    if (this.#hasBegun && this.#parts.length === 0) {
      this.#allAborted.abort(reason);
    }
  }

  /** Removes a part, and its bytes unless their write has started. */
  #remove(part: Part): void {
    const index = this.#parts.indexOf(part);
    this.#parts.splice(index, 1);
    if (this.#hasBegun) return;
    const at = this.#parts.slice(0, index)
      .reduce((sum, { size }) => sum + size, 0);
    this.#bytes.copyWithin(at, at + part.size, this.#size);
    this.#size -= part.size;
  }

  #reserve(size: number): void {
    const needed = this.#size + size;
    if (needed <= this.#bytes.byteLength) return;
    const capacity = Math.min(Math.max(2 * needed, 4096), MAX_GATHERED);
    const bytes = new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = bytes;
  }
}
