/**
 * Turns: one user at a time, or a few, in the order of their calls.
 *
 * @module
 */

import { checkWait, onGivingUp, type WaitOptions } from "./wait.ts";

/** A queue of users of a resource that serves one at a time, or a few. */
export class Turns {
  #free: number;
  readonly #queue: (() => void)[] = [];

  /** Serves this many at a time. */
  constructor(places = 1) {
    this.#free = places;
  }

  /** Waits for a turn; `using` ends it. An abort leaves the queue. */
  take(wait: WaitOptions): Disposable | Promise<Disposable> {
    checkWait(wait);
    const turn = { [Symbol.dispose]: () => this.#next() };
    if (this.#free > 0) {
      this.#free--;
      return turn;
    }
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const disarm = onGivingUp(wait, (reason) => {
      this.#queue.splice(this.#queue.indexOf(begin), 1);
      reject(reason);
    });
    const begin = () => {
      disarm();
      resolve(turn);
    };
    this.#queue.push(begin);
    return promise;
  }

  #next(): void {
    const begin = this.#queue.shift();
    if (begin === undefined) this.#free++;
    else begin();
  }
}
