/**
 * The transactions of a client's conversation: one after the other.
 *
 * @module
 */

import { Turns } from "../io/turns.ts";
import {
  checkWait,
  onGivingUp,
  remaining,
  waitingFor,
  type WaitOptions,
} from "../io/wait.ts";
import type { DdeEvent, DdeTransaction } from "./wire/protocol.ts";
import { formatName } from "../window/formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import { asData, type DdeData } from "./data.ts";
import { requestDde } from "./request.ts";

/** How a server has answered. */
export interface Answer {
  /** Flags of `WM_DDE_ACK`. */
  readonly status: number;
  /** What was requested. */
  readonly data: DdeData | undefined;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** The transactions of one conversation. */
export class Transactions {
  readonly #window: OwnWindow;
  readonly #turns = new Turns();
  readonly #waiting = new Map<number, Waiting>();
  #lastTicket = 0;
  #over: { reason: Error } | undefined;

  /** Of the conversation of `window`. */
  constructor(window: OwnWindow) {
    this.#window = window;
  }

  /** Why there are no more of them; undefined while there are. */
  get over(): Error | undefined {
    return this.#over?.reason;
  }

  /**
   * Does one, after those before it; `action` is what errors say could not be
   * done. A transaction that is given up is not
   * called back: the server may yet do it, and its answer goes to nobody. The
   * wait has begun at `since`.
   */
  async run(
    action: string,
    transaction: () => DdeTransaction,
    options: WaitOptions,
    since: number = performance.now(),
  ): Promise<Answer> {
    checkWait(options);
    this.#assertOpen();
    const wait = waitingFor(
      options,
      () => `${action}: the server did not answer`,
    );
    using _turn = await this.#turns.take(remaining(wait, since));
    wait.signal?.throwIfAborted();
    this.#assertOpen();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const ticket = ++this.#lastTicket;
    requestDde(this.#window, {
      ask: "dde start",
      talk: this.#window.handle,
      ticket,
      transaction: transaction(),
    });
    this.#waiting.set(ticket, { resolve, reject });
    const disarm = onGivingUp(remaining(wait, since), reject);
    this.#window.hold();
    try {
      return await promise;
    } finally {
      disarm();
      this.#waiting.delete(ticket);
      this.#window.release();
    }
  }

  /** The server has answered one. */
  answered(
    { ticket, status, data }: DdeEvent & { event: "answered" },
  ): void {
    this.#waiting.get(ticket)?.resolve({
      status,
      data: data && asData(formatName(data.format), data.bytes),
    });
  }

  /** There are no more: rejects those under way. */
  end(reason: Error): void {
    this.#over ??= { reason };
    for (const { reject } of [...this.#waiting.values()]) reject(reason);
  }

  #assertOpen(): void {
    if (this.#over !== undefined) throw this.#over.reason;
  }
}
