/**
 * Queues of connections, messages and events that are not yet taken.
 *
 * @module
 */

import { onAbort } from "./on_abort.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "./wait_options.ts";

/** The source of a queue's items, which must live while a consumer waits. */
export interface QueueSource {
  /** Keeps the program alive, until {@linkcode QueueSource.release}. */
  hold(): void;
  /** Undoes one {@linkcode QueueSource.hold}. */
  release(): void;
  /**
   * Protects it from garbage collection, until {@linkcode QueueSource.unkeep}.
   */
  keep?(): void;
  /** Undoes one {@linkcode QueueSource.keep}. */
  unkeep?(): void;
}

interface Taker<T> {
  resolve(item: T): void;
  reject(reason: unknown): void;
}

/**
 * A queue with waiting consumers. Each item goes to the consumer that has waited
 * longest, as it arrives: a consumer that aborts after that has it, and one that
 * aborts before leaves it to the next.
 */
export class AsyncQueue<T> {
  readonly #nothingCame: () => string;
  readonly #source: QueueSource | undefined;
  #items: T[] = [];
  readonly #takers: Taker<T>[] = [];
  #refed = true;
  #end: { reason: unknown } | undefined;

  /**
   * `nothingCame` is the message of a consumer's timeout. Without a `source`,
   * the program and the items live by themselves.
   */
  constructor(nothingCame: () => string, source?: QueueSource) {
    this.#nothingCame = nothingCame;
    this.#source = source;
  }

  /** The item that has waited longest. */
  get oldest(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item; after the end, it is dropped. */
  push(item: T): void {
    if (this.#end !== undefined) return;
    const taker = this.#takers[0];
    if (taker === undefined) this.#items.push(item);
    else taker.resolve(item);
  }

  /** Drops waiting items that `unwanted` selects. */
  drop(unwanted: (item: T) => boolean): void {
    this.#items = this.#items.filter((item) => !unwanted(item));
  }

  /** Takes the next item, or waits for one. */
  take(options: WaitOptions): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    try {
      checkWait(options);
      if (this.#end !== undefined) throw this.#end.reason;
    } catch (error) {
      reject(error);
      return promise;
    }
    if (this.#items.length > 0) {
      resolve(this.#items.shift()!);
      return promise;
    }
    if (this.#refed) this.#source?.hold();
    this.#source?.keep?.();
    const leave = () => {
      disarm();
      this.#source?.unkeep?.();
      this.#takers.splice(this.#takers.indexOf(taker), 1);
      if (this.#refed) this.#source?.release();
    };
    const taker: Taker<T> = {
      resolve(item) {
        leave();
        resolve(item);
      },
      reject(reason) {
        leave();
        reject(reason);
      },
    };
    this.#takers.push(taker);
    const wait = withTimeoutMessage(options, this.#nothingCame);
    const disarm = onAbort(wait, taker.reject);
    return promise;
  }

  /** Yields items until the queue ends with {@linkcode Deno.errors.BadResource}. */
  async *all(): AsyncGenerator<T, void, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.take({});
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        throw error;
      }
      yield item;
    }
  }

  /** Sets whether waiting consumers keep the program alive. */
  setRef(refed: boolean): void {
    if (refed === this.#refed) return;
    this.#refed = refed;
    for (const _ of this.#takers) {
      if (refed) this.#source?.hold();
      else this.#source?.release();
    }
  }

  /**
   * Rejects waiting and later consumers, and passes the items that nobody took
   * to `onDropped`.
   */
  end(reason: unknown, onDropped: (item: T) => void = () => {}): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    for (const item of this.#items.splice(0)) onDropped(item);
    for (const taker of [...this.#takers]) taker.reject(reason);
  }
}
