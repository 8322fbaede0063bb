/**
 * How the window thread tells the main thread what happens.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { Doorbell, type MainBell } from "./doorbell.ts";
import { type MailEnd, Outbox } from "./mail.ts";
import { SUMMONED, type Told } from "./protocol.ts";

/** Puts down what has happened, and rings. */
export class Teller {
  readonly #outbox: Outbox;
  readonly #mainBell: Doorbell;

  /** `bell` is that of the window thread. */
  constructor(
    mail: MailEnd,
    mainBell: MainBell,
    bell: Int32Array<SharedArrayBuffer>,
  ) {
    this.#outbox = new Outbox(mail);
    this.#mainBell = new Doorbell(
      mainBell,
      bell.subarray(SUMMONED, SUMMONED + 1),
      () => parentPort!.postMessage(null),
    );
  }

  /** Tells something. */
  tell(told: Told): void {
    this.#outbox.put(told);
    // Nobody waits for what is answered already.
    const soft = told.told === "copy data" && told.message === 0;
    if (soft) this.#mainBell.ringSoftly();
    else this.#mainBell.ring();
  }

  /** Rings for something that is told elsewhere. */
  ring(): void {
    this.#mainBell.ring();
  }

  /** Lets go of the mail; what was put down is still there. */
  close(): void {
    this.#outbox.close();
  }
}
