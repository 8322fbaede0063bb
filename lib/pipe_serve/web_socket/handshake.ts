/**
 * The opening handshake of a WebSocket: RFC 6455, section 4.2.
 *
 * @module
 */

import { quote } from "../../io/format.ts";
import { UpgradeError } from "../upgrade/error.ts";

/** The only version: RFC 6455, section 4.1. */
const VERSION = "13";
/** The base64 of 16 bytes. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Checks what only a WebSocket's request has, and that it offers `protocol` if
 * there is one.
 *
 * @throws {UpgradeError} for an invalid request
 */
export function checkHandshake(
  { method, headers }: Request,
  protocol: string,
): void {
  if (method !== "GET") {
    throw new UpgradeError(`its method is ${method}; use GET`);
  }
  const version = headers.get("sec-websocket-version");
  if (version !== VERSION) {
    throw new UpgradeError(
      `its Sec-WebSocket-Version is ${quote(version ?? "")}; use ${VERSION}`,
      { "sec-websocket-version": VERSION },
    );
  }
  if (!KEY.test(keyOf(headers))) {
    throw new UpgradeError(
      "its Sec-WebSocket-Key is missing or invalid; send the base64 of 16 bytes",
    );
  }
  const offered = headers.get("sec-websocket-protocol") ?? "";
  if (protocol === "" || headerList(offered).includes(protocol)) return;
  throw new UpgradeError(
    `it does not offer the protocol ${quote(protocol)}; add it`,
  );
}

/** The value of Sec-WebSocket-Accept. */
export async function acceptOf({ headers }: Request): Promise<string> {
  const answer = new TextEncoder().encode(keyOf(headers) + ACCEPT);
  const digest = await crypto.subtle.digest("SHA-1", answer);
  return new Uint8Array(digest).toBase64();
}

/** The parts of a header that is a list. */
export function headerList(value: string): string[] {
  return value.split(",").map((part) => part.trim());
}

function keyOf(headers: Headers): string {
  return headers.get("sec-websocket-key") ?? "";
}
