/**
 * Messages that the window thread sends itself.
 *
 * Where two programs send to each other at once, a thread that sends and one
 * that receives take turns at the same processors: with three threads, in C, a
 * message took a fifth to a quarter longer than with two. So while one send follows the
 * other, the window thread comes to a *desk* and sends them, and what arrives
 * meanwhile is handled within the send. What it does not find there within a
 * millisecond, or while other windows need it, goes to the threads that send.
 *
 * @module
 */

import { answerHasCome, expectAnswer, isAttending } from "./attention.ts";
import {
  ASKED,
  AWAY,
  cellsOf,
  DELIVERED,
  DONE,
  L_PARAM,
  MESSAGE,
  RESULT,
  STATE,
  TIMEOUT,
  W_PARAM,
  WAITING,
  WINDOW,
  wordsOf,
} from "./desk.ts";
import type { Call } from "./send.ts";

/** A longer wait would keep the thread from messages that are posted to it. */
const MOST_MS = 10_000;
/** So many sends after each other justify an invitation, and more after each one in vain. */
const FEWEST = 16;
const MOST = 4096;

/** The desk as the main thread sees it. */
export class Errands {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #words: BigUint64Array;
  readonly #invite: () => void;
  #told: ((delivered: boolean) => void) | undefined;
  #idle: (() => void) | undefined;
  #done = 0;
  #sends = 0;
  #enough = FEWEST;

  /** `invite` asks the window thread to come. */
  constructor(desk: SharedArrayBuffer, invite: () => void) {
    this.#cells = cellsOf(desk);
    this.#words = wordsOf(desk);
    this.#invite = invite;
  }

  /** Whether one is under way. */
  get underWay(): boolean {
    return this.#told !== undefined;
  }

  /**
   * Gives `call` to the window thread, where that is at the desk, and tells
   * once whether the message was delivered. False where it is not, and now and
   * then it is invited.
   */
  give(call: Call, told: (delivered: boolean) => void): boolean {
    if (this.#told !== undefined || call.timeout > MOST_MS) return false;
    const cells = this.#cells;
    if (Atomics.load(cells, STATE) !== WAITING) {
      this.#countSend();
      return false;
    }
    cells[MESSAGE] = call.message;
    cells[TIMEOUT] = call.timeout;
    this.#words[WINDOW] = call.window;
    this.#words[W_PARAM] = call.wParam;
    this.#words[L_PARAM] = call.lParam;
    this.#words[RESULT] = call.result;
    const state = Atomics.compareExchange(cells, STATE, WAITING, ASKED);
    if (state !== WAITING) return false;
    this.#told = told;
    expectAnswer();
    Atomics.notify(cells, STATE);
    return true;
  }

  /** Tells of an errand that is done; false where there is none. */
  take(): boolean {
    const told = this.#told;
    const done = Atomics.load(this.#cells, DONE);
    if (told === undefined || done === this.#done) return false;
    this.#done = done;
    this.#enough = Math.max(FEWEST, this.#enough >> 1);
    this.#end(told, this.#cells[DELIVERED] === 1);
    return true;
  }

  /** The window thread has failed, and with it what it was to send. */
  fail(): void {
    if (this.#told !== undefined) this.#end(this.#told, false);
  }

  /** Sends the thread away from the desk, where it does nothing else. */
  dismiss(): void {
    const state = Atomics.compareExchange(this.#cells, STATE, WAITING, AWAY);
    if (state === WAITING) Atomics.notify(this.#cells, STATE);
  }

  /** Calls `idle` when what is under way has ended. */
  whenIdle(idle: () => void): void {
    this.#idle = idle;
  }

  #end(told: (delivered: boolean) => void, delivered: boolean): void {
    this.#told = undefined;
    answerHasCome();
    told(delivered);
    const idle = this.#idle;
    this.#idle = undefined;
    idle?.();
  }

  #countSend(): void {
    if (!isAttending()) this.#sends = 0;
    else if (++this.#sends >= this.#enough) {
      this.#sends = 0;
      this.#enough = Math.min(MOST, 2 * this.#enough);
      this.#invite();
    }
  }
}
