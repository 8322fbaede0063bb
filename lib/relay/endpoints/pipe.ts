/**
 * `pipe:NAME`: a named pipe's client.
 *
 * @module
 */

import { objectPath } from "../../io/object/object_path.ts";
import { connectPipe } from "../../named_pipe/mod.ts";
import type { Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { pipeChannel } from "./connection.ts";

export function pipe({ name, rest, options }: EndpointSpec): Connector {
  objectPath("pipe", rest);
  const { maxMessageSize } = options;
  return {
    kind: "connect",
    name,
    singleUse: false,
    async open({ signal, wait }) {
      const connection = await connectPipe(rest, {
        access: "available",
        signal,
        waitForPeer: wait,
      });
      return pipeChannel(connection, maxMessageSize);
    },
  };
}
