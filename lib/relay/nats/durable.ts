/**
 * Messages that stay in a stream until they are taken.
 *
 * A message without an answer, for example for a mailslot or a window, is
 * delivered at least once: if a relay is killed after the delivery and before
 * the acknowledgement, the next relay delivers it again. A request with an
 * answer is delivered at most once: if its relay dies, the requester gets an
 * error.
 *
 * @module
 */

import { abortable } from "../../io/wait/abortable.ts";
import type { Request, Requests } from "../channel.ts";
import { failureHeaders } from "./answer.ts";
import { ANSWER_TO } from "./ask.ts";
import {
  isTimeout,
  type JetStreamManager,
  type StreamMessage,
  type StreamMessages,
  streams,
} from "./client.ts";
import { checkPayload, disconnect, DRAIN_MS, type Nats } from "./connect.ts";

/** The parameters of a stream. */
export interface DurableOptions {
  readonly stream: string;
  readonly subject: string;
  /** Relays with the same name share the messages. */
  readonly queue: string;
  readonly ackWait: number;
  /** One after another, or this many at once. */
  readonly atOnce: number;
}

/** Takes messages from a stream, which is created if it does not exist. */
export async function consume(
  nats: Nats,
  options: DurableOptions,
): Promise<Requests> {
  const { stream, subject, queue, atOnce } = options;
  const { jetstream, jetstreamManager } = await streams();
  const manager = await jetstreamManager(nats.connection);
  await ensureStream(manager, stream, subject);
  await ensureConsumer(manager, options);
  const consumer = await jetstream(nats.connection)
    .consumers.get(stream, queue);
  const messages = await consumer.consume({ max_messages: atOnce });
  const server = nats.connection.getServer();
  return new StreamRequests(
    nats,
    messages,
    options,
    `nats ${subject} in ${stream} at ${server}`,
  );
}

/**
 * Creates the stream if it does not exist: a work queue, which deletes messages
 * when they are taken.
 */
export async function ensureStream(
  manager: JetStreamManager,
  name: string,
  subject: string,
): Promise<void> {
  try {
    await manager.streams.info(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await manager.streams.add({
      name,
      subjects: [subject],
      retention: "workqueue",
    });
  }
}

async function ensureConsumer(
  manager: JetStreamManager,
  { stream, subject, queue, ackWait, atOnce }: DurableOptions,
): Promise<void> {
  try {
    await manager.consumers.info(stream, queue);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await manager.consumers.add(stream, {
      durable_name: queue,
      filter_subject: subject,
      ack_policy: "explicit",
      deliver_policy: "all",
      ack_wait: ackWait * 1e6,
      // In order means that the next message comes when the one before is
      // taken.
      max_ack_pending: atOnce === 1 ? 1 : 10_000,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error &&
    /^(Stream|Consumer)NotFound/.test(error.name);
}

class StreamRequests implements Requests {
  readonly durable = true;
  readonly ready: string;
  readonly #nats: Nats;
  readonly #messages: StreamMessages;
  readonly #iterator: AsyncIterator<StreamMessage>;
  readonly #options: DurableOptions;
  /**
   * Messages that were taken although the stream does not know it: they will
   * come again.
   */
  readonly #untold = new Set<number>();

  constructor(
    nats: Nats,
    messages: StreamMessages,
    options: DurableOptions,
    ready: string,
  ) {
    this.ready = ready;
    this.#nats = nats;
    this.#messages = messages;
    this.#iterator = messages[Symbol.asyncIterator]();
    this.#options = options;
  }

  async next(signal: AbortSignal): Promise<Request | null> {
    for (;;) {
      signal.throwIfAborted();
      const { value, done } = await abortable(this.#iterator.next(), {
        signal,
      });
      if (done) {
        await this.#throwReason(signal);
        return null;
      }
      if (!this.#untold.has(value.seq)) return this.#request(value);
      await this.#acknowledge(value);
    }
  }

  stop(): Promise<void> {
    // Its own close() waits for an iteration that never continues.
    this.#messages.stop();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await disconnect(this.#nats);
  }

  /**
   * Why the connection was closed, for example because the server refuses the
   * user from now on.
   */
  async #throwReason(signal: AbortSignal): Promise<void> {
    const wait = { signal, timeout: DRAIN_MS };
    const reason = await abortable(this.#nats.connection.closed(), wait)
      .catch(() => {});
    if (reason) throw reason;
  }

  #request(message: StreamMessage): Request {
    const { client, connection } = this.#nats;
    const to = message.headers?.get(ANSWER_TO) ?? "";
    const working = setInterval(
      () => message.working(),
      this.#options.ackWait / 3,
    );
    return {
      bytes: message.data,
      asked: to !== "",
      again: message.redelivered,
      done: async (answer) => {
        clearInterval(working);
        if (to !== "") {
          const headers = client.headers();
          headers.set(ANSWER_TO, to);
          if (answer !== undefined) checkPayload(this.#nats, answer, headers);
          connection.publish(to, answer, { headers });
        }
        await this.#acknowledge(message);
      },
      release: () => {
        clearInterval(working);
        // Otherwise this consumer may get it again.
        this.#messages.stop();
        message.nak();
      },
      fail: async (error) => {
        clearInterval(working);
        if (to !== "") {
          const headers = failureHeaders(client, error);
          headers.set(ANSWER_TO, to);
          connection.publish(to, undefined, { headers });
        }
        message.term();
        await connection.flush();
      },
    };
  }

  /**
   * Acknowledges to the stream and waits for its confirmation; if the stream is
   * away, it will ask again.
   */
  async #acknowledge(message: StreamMessage): Promise<void> {
    this.#untold.add(message.seq);
    const told = await message.ackAck().catch((error) => {
      if (isTimeout(error)) return false;
      throw error;
    });
    if (told) this.#untold.delete(message.seq);
  }
}
