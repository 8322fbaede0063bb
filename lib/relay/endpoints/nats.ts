/**
 * `nats:SUBJECT[@SERVER]`: sends requests to one of those who answer on a
 * subject, or publishes to all subscribers.
 *
 * @module
 */

import type { Channel, Connector, OpenOptions } from "../channel.ts";
import {
  asker,
  durableAsker,
  durablePublisher,
  natsChannel,
  publisher,
} from "../nats/ask.ts";
import { streams } from "../nats/client.ts";
import { connectNats, type Nats, natsAddress } from "../nats/connect.ts";
import { ensureStream } from "../nats/durable.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";

/** Creates the end: it sends requests if the other end waits for answers. */
export function nats({ name, rest, asked, options }: EndpointSpec): Connector {
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
  return {
    kind: "connect",
    name,
    singleUse: false,
    async open(how: OpenOptions): Promise<Channel> {
      const nats = await connectNats(servers, options, how);
      try {
        return natsChannel(nats, await way(nats), asked);
      } catch (error) {
        await nats.connection.close();
        throw error;
      }
    },
  };
}
