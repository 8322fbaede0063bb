/**
 * The main thread's bell, as the other threads of the program see it: each puts
 * down what it has, and rings.
 *
 * @module
 */

import { wakeSleeper } from "../io/thread_slot.ts";

/** The main thread's bell. */
export interface MainBell {
  /** Its cells. */
  readonly cells: SharedArrayBuffer;
  /** Where the main thread sleeps; 0 where that is on the counter of rings. */
  readonly address: bigint;
}

/** The bell's cells, of 32 bits each: a counter of rings, … */
export const RUNG = 0;
/** … whether the main thread is at the bell, asleep or about to look, … */
export const ATTENDING = 1;
/** … and whether an answer that it waits for will ring soon. */
export const ANSWER_SOON = 2;
/** How many cells there are. */
export const BELL_CELLS = 3;

/** Rings for a thread. */
export class Doorbell {
  readonly #bell: Int32Array<SharedArrayBuffer>;
  readonly #address: bigint;
  readonly #summoned: Int32Array<SharedArrayBuffer>;
  readonly #summon: () => void;

  /**
   * `summon` reaches the main thread through its event loop; `summoned` is a
   * cell that says whether it is on its way.
   */
  constructor(
    bell: MainBell,
    summoned: Int32Array<SharedArrayBuffer>,
    summon: () => void,
  ) {
    this.#bell = new Int32Array(bell.cells);
    this.#address = bell.address;
    this.#summoned = summoned;
    this.#summon = summon;
  }

  /** Rings, after something was put down. */
  ring(): void {
    Atomics.add(this.#bell, RUNG, 1);
    if (Atomics.load(this.#bell, ATTENDING) === 1) this.#wake();
    else this.#summonOnce();
  }

  /**
   * The same for what nobody waits for: where an answer will ring within a
   * millisecond, it is found then, which saves a switch of threads.
   */
  ringSoftly(): void {
    Atomics.add(this.#bell, RUNG, 1);
    if (Atomics.load(this.#bell, ATTENDING) === 0) this.#summonOnce();
    else if (Atomics.load(this.#bell, ANSWER_SOON) === 0) this.#wake();
  }

  #wake(): void {
    if (this.#address === 0n) Atomics.notify(this.#bell, RUNG);
    else wakeSleeper(this.#address);
  }

  #summonOnce(): void {
    if (Atomics.exchange(this.#summoned, 0, 1) === 0) this.#summon();
  }
}
