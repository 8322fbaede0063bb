/**
 * `tcp:HOST:PORT`: a TCP socket's client.
 *
 * @module
 */

import { retry } from "../../io/wait/retry.ts";
import {
  parseAddress,
  type SocketAddress,
} from "../../io/remote/socket_address.ts";
import { dialTcp } from "../../io/remote/dial_tcp.ts";
import type { Connector, OpenOptions } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { tcpChannel } from "./connection.ts";

const RETRY_DELAYS = { first: 10, last: 1_000 };

export function tcp({ name, rest }: EndpointSpec): Connector {
  const address = parseAddress(rest);
  return {
    kind: "connect",
    name,
    singleUse: false,
    open: async (options) => tcpChannel(await dial(address, options)),
  };
}

/**
 * Connects, and waits for a listener if requested. The system limits
 * each attempt (Microsoft: connect, `WSAETIMEDOUT`).
 */
export async function dial(
  address: SocketAddress,
  { signal, wait }: OpenOptions,
): Promise<Deno.TcpConn> {
  return await retry({ signal }, RETRY_DELAYS, async () => {
    try {
      return await dialTcp(address, { signal });
    } catch (error) {
      const absent = error instanceof Deno.errors.ConnectionRefused;
      if (!wait || !absent) throw error;
    }
  });
}
