/**
 * `nats-listen:SUBJECT[@SERVER]`: answers on a subject, or subscribes to it.
 *
 * @module
 */

import type { RequestEnd } from "../channel.ts";
import { atEnd } from "../errors.ts";
import { connectNats, natsAddress } from "../nats/connect.ts";
import { consume } from "../nats/durable.ts";
import { subscribe } from "../nats/subscribe.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

const DEFAULT_QUEUE = "winipc";

export function natsListen({ name, rest, options }: EndpointSpec): RequestEnd {
  const { subject, servers } = natsAddress(rest, options, true);
  const { wait } = options;
  const { durable, queue, ackWait, parallel } = options.nats;
  return {
    kind: "requests",
    name,
    parallel,
    async subscribe(inOrder, signal) {
      const nats = await connectNats(servers, options, { wait, signal });
      try {
        if (durable === undefined) {
          const onError = (error: unknown) =>
            options.onError(atEnd(name, error));
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
    },
  };
}
