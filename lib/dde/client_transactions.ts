/**
 * The transactions of a client's conversation, which run one after another.
 *
 * @module
 */

import { AsyncSemaphore } from "../io/wait/async_semaphore.ts";
import { onAbort } from "../io/wait/on_abort.ts";
import {
  checkWait,
  remaining,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import type { DdeEvent, DdeTransaction } from "./wire/protocol.ts";
import { formatName } from "../window/clipboard_formats.ts";
import type { OwnWindow } from "../window/mod.ts";
import { asData, type DdeData } from "./data.ts";
import { requestDde } from "./window_request.ts";

/** A server's answer. */
export interface Answer {
  /** Flags of `WM_DDE_ACK`. */
  readonly status: number;
  /** The requested data. */
  readonly data: DdeData | undefined;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
  /** It was not sent. */
  fail(reason: string): void;
}

/** The transactions of one conversation. */
export class Transactions {
  readonly #window: OwnWindow;
  readonly #turns = new AsyncSemaphore();
  readonly #waiting = new Map<number, Waiting>();
  #lastTransactionId = 0;
  #over: { reason: Error } | undefined;

  /** For the conversation of `window`. */
  constructor(window: OwnWindow) {
    this.#window = window;
  }

  /** Why no more transactions are possible; undefined while they are. */
  get over(): Error | undefined {
    return this.#over?.reason;
  }

  /**
   * Runs one after the earlier ones; errors begin with `action`. A cancelled
   * transaction is not withdrawn: the server may still process it, and its
   * answer is dropped. The wait began at `since`.
   */
  async run(
    action: string,
    transaction: () => DdeTransaction,
    options: WaitOptions,
    since: number = performance.now(),
  ): Promise<Answer> {
    checkWait(options);
    this.#assertOpen();
    const wait = withTimeoutMessage(
      options,
      () => `${action}: the server did not answer`,
    );
    using _turn = await this.#turns.acquire(remaining(wait, since));
    wait.signal?.throwIfAborted();
    this.#assertOpen();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const transactionId = ++this.#lastTransactionId;
    requestDde(this.#window, {
      type: "dde start",
      conversation: this.#window.handle,
      transactionId,
      transaction: transaction(),
    });
    const fail = (reason: string) => reject(new Error(`${action}: ${reason}`));
    this.#waiting.set(transactionId, { resolve, reject, fail });
    const disarm = onAbort(remaining(wait, since), reject);
    this.#window.hold();
    try {
      return await promise;
    } finally {
      disarm();
      this.#waiting.delete(transactionId);
      this.#window.release();
    }
  }

  /** Handles the server's answer to one. */
  answered(
    { transactionId, status, data }: DdeEvent & { event: "answered" },
  ): void {
    this.#waiting.get(transactionId)?.resolve({
      status,
      data: data && asData(formatName(data.format), data.bytes),
    });
  }

  /** Rejects one that was not sent. */
  failed({ transactionId, reason }: DdeEvent & { event: "failed" }): void {
    this.#waiting.get(transactionId)?.fail(reason);
  }

  /** Ends them: rejects pending ones. */
  end(reason: Error): void {
    this.#over ??= { reason };
    for (const { reject } of [...this.#waiting.values()]) reject(reason);
  }

  #assertOpen(): void {
    if (this.#over !== undefined) throw this.#over.reason;
  }
}
