/**
 * The desk at which the window thread finds messages to send:
 * lib/window/errands.ts says why.
 *
 * @module
 */

import { user32 } from "../win32/user32.ts";
import { SEND_FLAGS } from "./send_flags.ts";

/** The desk's cells, of 32 bits each: who is there, … */
export const STATE = 0;
/** … how many errands are done, … */
export const DONE = 1;
/** … whether the last one was delivered, … */
export const DELIVERED = 2;
/** … and its message and time limit. */
export const MESSAGE = 3;
export const TIMEOUT = 4;
const CELLS = 6;
/** Behind them stand numbers of 64 bits. */
export const WINDOW = 0;
export const W_PARAM = 1;
export const L_PARAM = 2;
export const RESULT = 3;
const WORDS = 4;

/** The states: nobody is there, … */
export const AWAY = 0;
/** … the window thread waits there, … */
export const WAITING = 1;
/** … or has something to send. */
export const ASKED = 2;

/** Memory for a desk. */
export function newDesk(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * CELLS + 8 * WORDS);
}

/** Its cells. */
export function cellsOf(
  desk: SharedArrayBuffer,
): Int32Array<SharedArrayBuffer> {
  return new Int32Array(desk, 0, CELLS);
}

/** Its numbers. */
export function wordsOf(desk: SharedArrayBuffer): BigUint64Array {
  return new BigUint64Array(desk, 4 * CELLS, WORDS);
}

/** How long the window thread waits at the desk before it looks for messages, in ms, … */
const BRIEF_MS = 1;
/** … how often it does so in vain, … */
const PATIENCE = 5;
/** … and after how many ms it looks while there is always something to send. */
const LOOK_MS = 2;

/** Looks for messages that were sent, which handles them, and for no others. */
const PM_QS_SENDMESSAGE = 0x40_0000;

/** The window thread, as its desk knows it. */
export interface Clerk {
  /** Whether it may be there now. */
  free(): boolean;
  /** Rings for the main thread. */
  ring(): void;
}

/** The desk as the window thread sees it. */
export class Desk {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #words: BigUint64Array;
  #serving = false;

  /** Made of what {@linkcode newDesk} gives. */
  constructor(desk: SharedArrayBuffer) {
    this.#cells = cellsOf(desk);
    this.#words = wordsOf(desk);
  }

  /** Whether the thread is there. */
  get serving(): boolean {
    return this.#serving;
  }

  /** Sends what the main thread gives, as long as that comes soon. `message` is memory for a `MSG`. */
  serve(clerk: Clerk, message: bigint): void {
    const cells = this.#cells;
    let looked = performance.now();
    this.#serving = true;
    this.#wait(clerk);
    while (this.#isAsked(message)) {
      cells[DELIVERED] = Number(this.#send());
      // Back at the desk first: the next one may come before ring() returns.
      this.#wait(clerk);
      Atomics.add(cells, DONE, 1);
      clerk.ring();
      if (performance.now() - looked < LOOK_MS) continue;
      look(message);
      looked = performance.now();
    }
    this.#serving = false;
  }

  #wait(clerk: Clerk): void {
    Atomics.store(this.#cells, STATE, clerk.free() ? WAITING : AWAY);
  }

  /** Waits for something to send; the desk is left where that does not come. */
  #isAsked(message: bigint): boolean {
    const cells = this.#cells;
    for (let i = 0; i < PATIENCE; i++) {
      const state = Atomics.wait(cells, STATE, WAITING, BRIEF_MS);
      if (state !== "timed-out") break;
      look(message);
    }
    return Atomics.compareExchange(cells, STATE, WAITING, AWAY) === ASKED;
  }

  #send(): boolean {
    const words = this.#words;
    return user32().raw.SendAndWait(
      words[WINDOW]!,
      this.#cells[MESSAGE]!,
      words[W_PARAM]!,
      words[L_PARAM]!,
      SEND_FLAGS,
      this.#cells[TIMEOUT]!,
      words[RESULT]!,
    ) !== 0n;
  }
}

function look(message: bigint): void {
  user32().raw.PeekMessageW(message, 0n, 0, 0, PM_QS_SENDMESSAGE);
}
