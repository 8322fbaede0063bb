/**
 * `tcp-listen:[HOST:]PORT`: a TCP socket's server, on this computer alone unless
 * an address says otherwise.
 *
 * @module
 */

import { acceptTcp } from "../../io/remote/accept_tcp.ts";
import { addressText } from "../../io/remote/socket_address.ts";
import { abortable } from "../../io/wait/abortable.ts";
import type { Channel, Listener, ListeningEnd } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { type ListenAddress, listenAddress, reach } from "./address.ts";
import { tcpChannel } from "./connection.ts";

export function tcpListen({ name, rest }: EndpointSpec): ListeningEnd {
  const address = listenAddress(rest);
  return {
    kind: "listen",
    name,
    listen: () => new TcpListener(address),
  };
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
