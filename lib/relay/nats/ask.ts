/**
 * Requests over NATS, and publishing.
 *
 * @module
 */

import { abortable } from "../../io/wait/abortable.ts";
import { onAbort } from "../../io/wait/on_abort.ts";
import { retry } from "../../io/wait/retry.ts";
import type { Channel } from "../channel.ts";
import { throwIfFailed } from "./answer.ts";
import { type Headers, isTimeout, type Message, streams } from "./client.ts";
import {
  checkPayload,
  disconnect,
  type Nats,
  RETRY_DELAYS,
} from "./connect.ts";

/** The address for an answer: a stream keeps no reply subject. */
export const ANSWER_TO = "Winipc-Answer-To";

const PUBLISH_MS = 5_000;

/**
 * Sends one message; resolves when it has arrived, to the answer if there is
 * one.
 */
type Send = (
  bytes: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array | undefined>;

/** Publishes to all current subscribers. */
export function publisher({ connection }: Nats, subject: string): Send {
  const refusals: Error[] = [];
  // A server reports a message that it refuses before it answers flush().
  connection.status().push = ({ error }) => {
    if (error?.name === "PermissionViolationError") refusals.push(error);
  };
  return async (bytes) => {
    connection.publish(subject, bytes);
    await connection.flush();
    const [cause] = refusals.splice(0);
    if (cause === undefined) return undefined;
    throw new Deno.errors.ConnectionRefused(cause.message, { cause });
  };
}

/** Sends a request to one of the responders. */
export function asker(
  { connection }: Nats,
  subject: string,
  timeout: number,
): Send {
  return async (bytes) => {
    const answer = await connection.request(subject, bytes, { timeout })
      .catch((error) => {
        throw requestError(error, subject, timeout);
      });
    throwIfFailed(answer.headers);
    return answer.data;
  };
}

/** Puts messages into a stream, and retries until it has them. */
export async function durablePublisher(
  nats: Nats,
  subject: string,
): Promise<Send> {
  const stream = (await streams()).jetstream(nats.connection);
  return async (bytes, signal) => {
    checkStored(nats, bytes, nats.client.headers());
    await untilStored(
      (msgID) => stream.publish(subject, bytes, { msgID, timeout: PUBLISH_MS }),
      signal,
    );
    return undefined;
  };
}

/** Puts requests into a stream, and waits for the first answer to each. */
export async function durableAsker(
  nats: Nats,
  subject: string,
  timeout: number,
): Promise<Send> {
  const { connection, client } = nats;
  const stream = (await streams()).jetstream(connection);
  const inbox = client.createInbox();
  const waiting = new Map<string, (answer: Message) => void>();
  connection.subscribe(`${inbox}.*`, {
    callback(_error, message) {
      const { headers } = message;
      const id = headers?.get(ANSWER_TO) ?? "";
      // A second answer is dropped.
      waiting.get(id)?.(message);
      waiting.delete(id);
    },
  });
  return async (bytes, parent) => {
    const id = crypto.randomUUID();
    const headers = client.headers();
    headers.set(ANSWER_TO, `${inbox}.${id}`);
    checkStored(nats, bytes, headers);
    parent.throwIfAborted();
    const limit = new AbortController();
    const disarm = onAbort({ signal: parent, timeout }, (reason) => {
      limit.abort(parent.aborted ? reason : late(subject, timeout));
    }, { refed: true });
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    waiting.set(`${inbox}.${id}`, resolve);
    limit.signal.addEventListener("abort", () => reject(limit.signal.reason));
    promise.catch(() => {});
    try {
      await untilStored(
        () =>
          stream.publish(subject, bytes, {
            msgID: id,
            timeout: PUBLISH_MS,
            headers,
          }),
        limit.signal,
      );
      const answer = await promise;
      throwIfFailed(answer.headers);
      return answer.data;
    } finally {
      disarm();
      waiting.delete(`${inbox}.${id}`);
    }
  };
}

/**
 * The channel for a way to send. If that answers, the next request waits for
 * the answer, so that answers come in the order of requests.
 */
export function natsChannel(nats: Nats, send: Send, asks: boolean): Channel {
  const answers: Uint8Array[] = [];
  let ended = false;
  let change = Promise.withResolvers<void>();
  const common = {
    messageBoundaries: true,
    halfClose: true,
    async send(bytes: Uint8Array, signal: AbortSignal) {
      checkPayload(nats, bytes);
      const answer = await send(bytes, signal);
      if (answer === undefined || !asks) return;
      answers.push(answer);
      change.resolve();
    },
    closeWrite() {
      ended = true;
      change.resolve();
      return Promise.resolve();
    },
    close: () => disconnect(nats),
  };
  if (!asks) return common;
  return {
    ...common,
    answers: true,
    async receive(signal) {
      for (;;) {
        signal.throwIfAborted();
        const answer = answers.shift();
        if (answer !== undefined) return answer;
        if (ended) return null;
        change = Promise.withResolvers();
        await abortable(change.promise, { signal });
      }
    },
  };
}

/** Checks the size with the number that a stream keeps with the message. */
function checkStored(nats: Nats, bytes: Uint8Array, headers: Headers): void {
  // Another one of this length replaces it.
  headers.set("Nats-Msg-Id", crypto.randomUUID());
  checkPayload(nats, bytes, headers);
}

/**
 * The same message with the same number is stored once, however often it is
 * sent.
 */
async function untilStored(
  publish: (msgID: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const msgID = crypto.randomUUID();
  await retry({ signal }, RETRY_DELAYS, async () => {
    signal.throwIfAborted();
    try {
      await publish(msgID);
      return true;
    } catch (error) {
      if (!isTimeout(error) && !isDeaf(error)) throw error;
    }
  });
}

function requestError(
  error: unknown,
  subject: string,
  timeout: number,
): unknown {
  if (isDeaf(error)) {
    return new Deno.errors.NotFound(`Nobody answers on "${subject}"`, {
      cause: error,
    });
  }
  return isTimeout(error) ? late(subject, timeout) : error;
}

/** Whether no responder existed, as when a server is just restarting. */
function isDeaf(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, cause } = error;
  return [name, cause instanceof Error ? cause.name : ""]
    .includes("NoResponders");
}

function late(subject: string, timeout: number): Error {
  return new Deno.errors.TimedOut(
    `Cannot request on "${subject}": no answer came within ${timeout} ms`,
  );
}
