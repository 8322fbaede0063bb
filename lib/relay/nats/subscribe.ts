/**
 * Requests and messages of a NATS subject.
 *
 * @module
 */

import { onAbort } from "../../io/wait/wait.ts";
import type { Request, Requests } from "../channel.ts";
import { failureHeaders } from "./answer.ts";
import type { Message } from "./client.ts";
import type { Nats } from "./connect.ts";

/** How many messages wait here for their turn; further requests are refused. */
const MOST_WAITING = 4_096;

/** Receives messages on `subject` from now on; members of a `queue` share them. */
export async function subscribe(
  nats: Nats,
  subject: string,
  queue: string | undefined,
): Promise<Requests> {
  const inbox = new NatsInbox(nats);
  const subscription = nats.connection.subscribe(subject, {
    ...queue !== undefined && { queue },
    callback: (_error, message) => inbox.add(message),
  });
  // The server has the subscription before the end reports that it is ready.
  await nats.connection.flush();
  return {
    ready: `nats ${subject} at ${nats.connection.getServer()}`,
    durable: false,
    next: (signal) => inbox.next(signal),
    async stop() {
      await subscription.drain();
      inbox.refuseRest();
    },
    close: () => nats.connection.drain(),
  };
}

/** Received messages that wait for their turn. */
class NatsInbox {
  readonly #nats: Nats;
  readonly #waiting: Message[] = [];
  #closed = false;
  #change = Promise.withResolvers<void>();

  constructor(nats: Nats) {
    this.#nats = nats;
    void nats.connection.closed().then(() => {
      this.#closed = true;
      this.#change.resolve();
    });
  }

  add(message: Message): void {
    if (this.#waiting.length >= MOST_WAITING) {
      return this.#refuse(message, "Too many requests wait here");
    }
    this.#waiting.push(message);
    this.#change.resolve();
  }

  async next(signal: AbortSignal): Promise<Request | null> {
    for (;;) {
      signal.throwIfAborted();
      const message = this.#waiting.shift();
      if (message !== undefined) return this.#request(message);
      if (this.#closed) return null;
      this.#change = Promise.withResolvers();
      const disarm = onAbort({ signal }, this.#change.reject);
      await this.#change.promise.finally(disarm);
    }
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
    const { client } = this.#nats;
    const asked = Boolean(message.reply);
    return {
      bytes: message.data,
      asked,
      again: false,
      done(answer) {
        if (asked) message.respond(answer);
        return Promise.resolve();
      },
      release() {},
      fail(error) {
        if (asked) {
          const headers = failureHeaders(client, error);
          message.respond(undefined, { headers });
        }
        return Promise.resolve();
      },
    };
  }
}
