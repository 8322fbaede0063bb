/**
 * How the window thread tells the main thread what happens.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { type MailEnd, Outbox } from "./mail.ts";
import { type Told, WAKE_POSTED } from "./protocol.ts";

/** Puts down what has happened, and wakes the main thread. */
export class Teller {
  readonly #outbox: Outbox;
  readonly #bell: Int32Array<SharedArrayBuffer>;

  /** `bell` is that of the window thread. */
  constructor(mail: MailEnd, bell: Int32Array<SharedArrayBuffer>) {
    this.#outbox = new Outbox(mail);
    this.#bell = bell;
  }

  /** Tells something. */
  tell(told: Told): void {
    this.#outbox.put(told);
    // One wake-up takes all that is there by then.
    if (Atomics.exchange(this.#bell, WAKE_POSTED, 1) === 0) {
      parentPort!.postMessage(null);
    }
  }

  /** Lets go of the mail; what was put down is still there. */
  close(): void {
    this.#outbox.close();
  }
}
