/**
 * `tcp:HOST:PORT` is a TCP socket's client, `tcp-listen:[HOST:]PORT` its server,
 * on this computer alone unless an address says otherwise.
 *
 * @module
 */

import { acceptTcp } from "../../io/remote/accept_tcp.ts";
import { dialTcp } from "../../io/remote/dial_tcp.ts";
import {
  addressText,
  parseAddress,
  type SocketAddress,
} from "../../io/remote/socket_address.ts";
import { abortable } from "../../io/wait/abortable.ts";
import { retry } from "../../io/wait/retry.ts";
import type {
  Channel,
  Connector,
  Listener,
  ListeningEnd,
  OpenOptions,
} from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { type ListenAddress, listenAddress, reach } from "./address.ts";
import { tcpChannel } from "./connection.ts";

const RETRY_DELAYS = { min: 10, max: 1_000 };

export function tcp({ rest }: EndpointSpec): Connector["open"] {
  const address = parseAddress(rest);
  return async (options) => tcpChannel(await dial(address, options));
}

export function tcpListen({ rest }: EndpointSpec): ListeningEnd["listen"] {
  const address = listenAddress(rest);
  return () => new TcpListener(address);
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

class TcpListener implements Listener {
  readonly ready: string;
  readonly #listener: Deno.TcpListener;
  /** An aborted accept may still bring a partner: the next call gets it. */
  #accepting: Promise<Channel> | undefined;

  constructor({ hostname, port, remote }: ListenAddress) {
    this.#listener = Deno.listen({ hostname, port });
    const where = addressText({ hostname, port: this.#listener.addr.port });
    this.ready = reach(where, remote);
  }

  async accept(signal: AbortSignal): Promise<Channel> {
    this.#accepting ??= acceptTcp(this.#listener, tcpChannel);
    const channel = await abortable(this.#accepting, { signal });
    this.#accepting = undefined;
    return channel;
  }

  async close(): Promise<void> {
    this.#listener.close();
    const late = await this.#accepting?.catch(() => undefined);
    await late?.close();
  }
}
