/**
 * `pipe:NAME` is a named pipe's client, `pipe-listen:NAME` its server.
 *
 * @module
 */

import { objectPath } from "../../io/object/object_path.ts";
import { connectPipe, listenPipe } from "../../named_pipe/mod.ts";
import type { Connector, ListeningEnd } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { pipeChannel } from "./connection.ts";

export function pipe({ rest, options }: EndpointSpec): Connector["open"] {
  objectPath("pipe", rest);
  const { maxMessageSize } = options;
  return async ({ signal, wait }) => {
    const connection = await connectPipe(rest, {
      access: "available",
      signal,
      waitForPeer: wait,
    });
    return pipeChannel(connection, maxMessageSize);
  };
}

export function pipeListen(
  { rest, options }: EndpointSpec,
): ListeningEnd["listen"] {
  objectPath("pipe", rest);
  const { mode, sddl, maxMessageSize } = options;
  return () => {
    const listener = listenPipe(rest, { mode, sddl });
    return {
      ready: listener.name,
      async accept(signal) {
        const connection = await listener.accept({ signal });
        return pipeChannel(connection, maxMessageSize);
      },
      close: () => listener[Symbol.asyncDispose](),
    };
  };
}
