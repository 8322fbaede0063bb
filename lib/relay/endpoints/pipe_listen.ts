/**
 * `pipe-listen:NAME`: a named pipe's server.
 *
 * @module
 */

import { objectPath } from "../../io/object/object_path.ts";
import { listenPipe } from "../../named_pipe/mod.ts";
import type { ListeningEnd } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { pipeChannel } from "./connection.ts";

export function pipeListen(
  { name, rest, options }: EndpointSpec,
): ListeningEnd {
  objectPath("pipe", rest);
  const { mode, sddl, maxMessageSize } = options;
  return {
    kind: "listen",
    name,
    listen() {
      const listener = listenPipe(rest, { mode, sddl });
      return {
        ready: listener.name,
        async accept(signal) {
          const connection = await listener.accept({ signal });
          return pipeChannel(connection, maxMessageSize);
        },
        close: () => listener[Symbol.asyncDispose](),
      };
    },
  };
}
