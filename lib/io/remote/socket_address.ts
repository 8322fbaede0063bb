/**
 * Addresses of sockets. Pure functions.
 *
 * @module
 */

import { quote, shown } from "../format.ts";
import { checkBoolean, checkInteger, checkString } from "../checks.ts";

/** The address of a socket. */
export interface SocketAddress {
  /** The computer: a name or an address. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
}

/** This computer only. */
export const LOOPBACK = "127.0.0.1";

/** This computer, in both address families. */
export const LOCALHOST = "localhost";

const LAST_PORT = 65535;

/**
 * Parses `8080`, `"8080"`, `"host:8080"` or `"[::1]:8080"`.
 *
 * @throws {TypeError} for any other form, {@linkcode RangeError} for a port out
 * of range
 */
export function parseAddress(address: unknown): SocketAddress {
  if (typeof address === "number") {
    return { hostname: LOOPBACK, port: checkedPort(address, 1) };
  }
  const parts = typeof address === "string"
    ? /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d+)$/.exec(address)
    : null;
  if (parts === null) {
    throw new TypeError(
      `Invalid address ${
        shown(address)
      }: give a port, or "host:port" ("[::1]:8080" for IPv6)`,
    );
  }
  const [, six, other = LOOPBACK, port] = parts;
  const hostname = six ?? (/^localhost$/i.test(other) ? LOCALHOST : other);
  return { hostname, port: checkedPort(Number(port), 1) };
}

/** Checks a port, from `min` on. */
export function checkedPort(port: unknown, min: 0 | 1): number {
  checkInteger("port", port, min, LAST_PORT);
  return port as number;
}

/**
 * Checks that other computers are only allowed if requested.
 *
 * @throws {TypeError} if they are not
 */
export function checkReach(hostname: unknown, allowRemote: boolean): void {
  checkBoolean("allowRemote", allowRemote);
  checkString("hostname", hostname);
  if (allowRemote || isLoopback(hostname)) return;
  throw new TypeError(
    `Invalid hostname ${
      quote(hostname)
    }: it is not this computer alone; add allowRemote where that is meant`,
  );
}

/** An address as text: `127.0.0.1:8080`. */
export function addressText({ hostname, port }: SocketAddress): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|::1|127(?:\.\d{1,3}){3})$/i.test(hostname);
}
