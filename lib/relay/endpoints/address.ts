/**
 * Addresses to listen on.
 *
 * @module
 */

import {
  LOCALHOST,
  LOOPBACK,
  parseAddress,
  type SocketAddress,
} from "../../io/remote/socket_address.ts";

/** The address to listen on, and whether other computers can reach it. */
export interface ListenAddress extends SocketAddress {
  readonly remote: boolean;
}

/** Parses `[HOST:]PORT`. The port 0 chooses a free one. */
export function listenAddress(text: string): ListenAddress {
  const free = /^(?:(.*):)?0+$/.exec(text);
  const at = parseAddress(free ? `${free[1] ?? LOOPBACK}:1` : text);
  const hostname = at.hostname === LOCALHOST ? LOOPBACK : at.hostname;
  return {
    hostname,
    port: free ? 0 : at.port,
    remote: !/^(?:::1|127(?:\.\d{1,3}){3})$/.test(hostname),
  };
}

/** The address of a listener, and who can connect. */
export function reach(what: string, remote: boolean): string {
  return remote ? `${what} (other computers can connect)` : what;
}
