/**
 * Addresses to listen at.
 *
 * @module
 */

import {
  LOCALHOST,
  LOOPBACK,
  parseAddress,
  type SocketAddress,
} from "../../io/socket_address.ts";

/** Where to listen, and whether others can reach it. */
export interface ListenAddress extends SocketAddress {
  readonly remote: boolean;
}

/** Takes `[HOST:]PORT` apart. The port 0 stands for one that is free. */
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

/** Where partners reach a listener, and who they may be. */
export function reach(what: string, remote: boolean): string {
  return remote ? `${what} (other computers can connect)` : what;
}
