/**
 * Requests and messages of a NATS subject.
 *
 * @module
 */

import { abortable } from "../../io/wait/abortable.ts";
import type { Request, Requests } from "../channel.ts";
import { failureHeaders } from "./answer.ts";
import type { Message } from "./client.ts";
import { checkPayload, disconnect, DRAIN_MS, type Nats } from "./connect.ts";

/**
 * How many messages wait here for their turn. Further requests are refused, and
 * further messages without an answer are dropped.
 */
const MAX_WAITING = 4_096;

/** Receives messages on `subject` from now on; members of a `queue` share them. */
export async function subscribe(
  nats: Nats,
  subject: string,
  queue: string | undefined,
  onError: (error: unknown) => void,
): Promise<Requests> {
  const inbox = new NatsInbox(nats, onError);
  const subscription = nats.connection.subscribe(subject, {
    ...queue !== undefined && { queue },
    callback(error, message) {
      if (error === null) inbox.add(message);
      else inbox.fail(error);
    },
  });
  // The server has the subscription before the end reports that it is ready, or
  // has refused it.
  await nats.connection.flush();
  inbox.throwIfFailed();
  return {
    ready: `nats ${subject} at ${nats.connection.getServer()}`,
    durable: false,
    next: (signal) => inbox.next(signal),
    async stop() {
      // It may have ended, and the server be away.
      await abortable(subscription.drain(), { timeout: DRAIN_MS })
        .catch(() => {});
      inbox.refuseRest();
    },
    close: () => disconnect(nats),
  };
}

/** Received messages that wait for their turn. */
class NatsInbox {
  readonly #nats: Nats;
  readonly #waiting: Message[] = [];
  #closed = false;
  #failure: Error | undefined;
  #change = Promise.withResolvers<void>();
  readonly #onError: (error: unknown) => void;
  #isDropping = false;

  constructor(nats: Nats, onError: (error: unknown) => void) {
    this.#nats = nats;
    this.#onError = onError;
    void nats.connection.closed().then((error) => {
      this.#closed = true;
      if (error) this.fail(error);
      this.#change.resolve();
    });
  }

  /** Ends it behind the messages that wait. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#change.resolve();
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  add(message: Message): void {
    if (this.#waiting.length >= MAX_WAITING) {
      if (message.reply) this.#refuse(message, "Too many requests wait here");
      else this.#drop();
      return;
    }
    this.#isDropping = false;
    this.#waiting.push(message);
    this.#change.resolve();
  }

  async next(signal: AbortSignal): Promise<Request | null> {
    for (;;) {
      signal.throwIfAborted();
      const message = this.#waiting.shift();
      if (message !== undefined) return this.#request(message);
      this.throwIfFailed();
      if (this.#closed) return null;
      this.#change = Promise.withResolvers();
      await abortable(this.#change.promise, { signal });
    }
  }

  /** Reports once, until there is room again. */
  #drop(): void {
    if (this.#isDropping) return;
    this.#isDropping = true;
    this.#onError(
      new Deno.errors.Busy(
        `${MAX_WAITING} messages wait here: those that come now are lost; keep them in a stream (durable)`,
      ),
    );
  }

  refuseRest(): void {
    for (const message of this.#waiting.splice(0)) {
      this.#refuse(message, "The relay has ended");
    }
  }

  #refuse(message: Message, reason: string): void {
    if (!message.reply) return;
    const headers = failureHeaders(this.#nats.client, new Error(reason));
    message.respond(undefined, { headers });
  }

  #request(message: Message): Request {
    const nats = this.#nats;
    const asked = Boolean(message.reply);
    return {
      bytes: message.data,
      asked,
      again: false,
      done(answer) {
        if (asked) {
          if (answer !== undefined) checkPayload(nats, answer);
          message.respond(answer);
        }
        return Promise.resolve();
      },
      release() {},
      fail(error) {
        if (asked) {
          const headers = failureHeaders(nats.client, error);
          message.respond(undefined, { headers });
        }
        return Promise.resolve();
      },
    };
  }
}
