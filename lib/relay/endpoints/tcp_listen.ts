/**
 * `tcp-listen:[HOST:]PORT`: a TCP socket's server, on this computer alone unless
 * an address says otherwise.
 *
 * @module
 */

import { listenSocket } from "../../socket/listener.ts";
import type { ListeningEnd } from "../channel.ts";
import type { Place } from "../schemes.ts";
import { listenAddress, reach } from "./address.ts";
import { socketChannel } from "./connection.ts";

/** The end for what was typed. */
export function tcpListen({ name, rest }: Place): ListeningEnd {
  const { hostname, port, remote } = listenAddress(rest);
  return {
    kind: "listen",
    name,
    async listen() {
      const listener = await listenSocket(port, {
        hostname,
        allowRemote: remote,
      });
      return {
        ready: reach(listener.name, remote),
        accept: async (signal) =>
          socketChannel(await listener.accept({ signal })),
        close: () => listener[Symbol.asyncDispose](),
      };
    },
  };
}
