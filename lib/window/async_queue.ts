/**
 * A window's received events that are not yet taken.
 *
 * @module
 */

import { onAbort } from "../io/wait/on_abort.ts";
import {
  checkWait,
  waitingFor,
  type WaitOptions,
} from "../io/wait/wait_options.ts";
import type { OwnWindow } from "./mod.ts";

interface Taker<T> {
  resolve(item: T): void;
  reject(reason: unknown): void;
}

/**
 * A queue with waiting consumers. While one waits, it keeps the program and the
 * window's owner alive.
 */
export class AsyncQueue<T> {
  readonly #window: OwnWindow;
  readonly #nothingCame: () => string;
  #items: T[] = [];
  readonly #takers: Taker<T>[] = [];
  #refed = true;
  #end: { reason: unknown } | undefined;

  /**
   * The items of `window`. `nothingCame` is the message of a consumer's
   * timeout.
   */
  constructor(window: OwnWindow, nothingCame: () => string) {
    this.#window = window;
    this.#nothingCame = nothingCame;
  }

  /** Adds an item. */
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
    if (this.#refed) this.#window.hold();
    this.#window.keep();
    const leave = () => {
      disarm();
      this.#window.unkeep();
      this.#takers.splice(this.#takers.indexOf(taker), 1);
      if (this.#refed) this.#window.release();
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
    const wait = waitingFor(options, this.#nothingCame);
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
      if (refed) this.#window.hold();
      else this.#window.release();
    }
  }

  /** Drops all items and rejects waiting and later consumers. */
  end(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    this.#items = [];
    for (const taker of [...this.#takers]) taker.reject(reason);
  }
}
