/**
 * `nats:SUBJECT[@SERVER]` sends requests to one of those who answer on a
 * subject, or publishes to all subscribers. `nats-listen:SUBJECT[@SERVER]`
 * answers on a subject, or subscribes to it.
 *
 * @module
 */

import type { Connector, RequestEnd } from "../channel.ts";
import { atEnd } from "../errors.ts";
import {
  asker,
  durableAsker,
  durablePublisher,
  natsChannel,
  publisher,
} from "../nats/ask.ts";
import { streams } from "../nats/client.ts";
import { connectNats, type Nats, natsAddress } from "../nats/connect.ts";
import { consume, ensureStream } from "../nats/durable.ts";
import { subscribe } from "../nats/subscribe.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

const DEFAULT_QUEUE = "winipc";

/** It sends requests if the other end waits for answers. */
export function nats(
  { rest, asked, options }: EndpointSpec,
): Connector["open"] {
  const { subject, servers } = natsAddress(rest, options, false);
  const { requestTimeout } = options;
  const { durable } = options.nats;
  const way = async (nats: Nats) => {
    if (durable === undefined) {
      return asked
        ? asker(nats, subject, requestTimeout)
        : publisher(nats, subject);
    }
    const { jetstreamManager } = await streams();
    const manager = await jetstreamManager(nats.connection);
    await ensureStream(manager, durable, subject);
    return asked
      ? await durableAsker(nats, subject, requestTimeout)
      : await durablePublisher(nats, subject);
  };
  return async (how) => {
    const nats = await connectNats(servers, options, how);
    try {
      return natsChannel(nats, await way(nats), asked);
    } catch (error) {
      await nats.connection.close();
      throw error;
    }
  };
}

export function natsListen(
  { name, rest, options }: EndpointSpec,
): RequestEnd["subscribe"] {
  const { subject, servers } = natsAddress(rest, options, true);
  const { wait } = options;
  const { durable, queue, ackWait, parallel } = options.nats;
  return async (inOrder, signal) => {
    const nats = await connectNats(servers, options, { wait, signal });
    try {
      if (durable === undefined) {
        const onError = (error: unknown) => options.onError(atEnd(name, error));
        return await subscribe(nats, subject, queue, onError);
      }
      return await consume(nats, {
        stream: durable,
        subject,
        queue: queue ?? DEFAULT_QUEUE,
        ackWait,
        atOnce: inOrder ? 1 : parallel,
      });
    } catch (error) {
      await nats.connection.close();
      throw error;
    }
  };
}
