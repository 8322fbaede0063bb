/**
 * `tcp:HOST:PORT`: a TCP socket's client.
 *
 * @module
 */

import { pause } from "../../io/wait.ts";
import { parseAddress, type SocketAddress } from "../../io/socket_address.ts";
import { dialTcp } from "../../io/dial_tcp.ts";
import type { Connector, OpenOptions } from "../channel.ts";
import type { Place } from "../place.ts";
import { tcpChannel } from "./connection.ts";

const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 1_000;

/** The end for what was typed. */
export function tcp({ name, rest }: Place): Connector {
  const address = parseAddress(rest);
  return {
    kind: "connect",
    name,
    once: false,
    open: async (options) => tcpChannel(await dial(address, options)),
  };
}

/** Connects; where nobody listens it waits, if that is asked for. */
export async function dial(
  address: SocketAddress,
  { signal, wait }: OpenOptions,
): Promise<Deno.TcpConn> {
  for (let delay = FIRST_RETRY_MS;;) {
    try {
      return await dialTcp(address, { signal });
    } catch (error) {
      const absent = error instanceof Deno.errors.ConnectionRefused;
      if (!wait || !absent) throw error;
    }
    await pause(delay, { signal });
    delay = Math.min(2 * delay, LAST_RETRY_MS);
  }
}
