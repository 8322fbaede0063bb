/**
 * `tcp:HOST:PORT`: a TCP socket's client.
 *
 * @module
 */

import { pause } from "../../io/wait.ts";
import { parseAddress } from "../../socket/address.ts";
import { connectSocket } from "../../socket/connect.ts";
import type { SocketConnection } from "../../socket/connection.ts";
import type { Connector, OpenOptions } from "../channel.ts";
import type { Place } from "../schemes.ts";
import { socketChannel } from "./connection.ts";

const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 1_000;

/** The end for what was typed. */
export function tcp({ name, rest }: Place): Connector {
  parseAddress(rest);
  return {
    kind: "connect",
    name,
    once: false,
    open: async (options) => socketChannel(await dial(rest, options)),
  };
}

async function dial(
  address: string,
  { signal, wait }: OpenOptions,
): Promise<SocketConnection> {
  for (let delay = FIRST_RETRY_MS;;) {
    try {
      return await connectSocket(address, { signal, allowRemote: true });
    } catch (error) {
      const absent = error instanceof Deno.errors.ConnectionRefused;
      if (!wait || !absent) throw error;
    }
    await pause(delay, { signal });
    delay = Math.min(2 * delay, LAST_RETRY_MS);
  }
}
