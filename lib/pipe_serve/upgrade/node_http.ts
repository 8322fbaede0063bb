/**
 * Takes a connection from `node:http` for an upgrade.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { nodeHttp } from "../../win32/node_modules.ts";
import type { PipeSocket } from "../node_socket.ts";

/**
 * Whether `node:http` may hand over the connection before the handler is asked:
 * it does so behind the head of the request, and its own checks come later.
 */
export function endsWithHead({ headers }: IncomingMessage): boolean {
  return headers.host !== undefined &&
    headers["content-length"] === undefined &&
    headers["transfer-encoding"] === undefined;
}

/** A response on a connection that `node:http` has handed over. */
export function responseOn(
  socket: PipeSocket,
  message: IncomingMessage,
): ServerResponse {
  const to = new (nodeHttp().ServerResponse)(message);
  to.assignSocket(socket as unknown as Socket);
  socket.on("drain", () => to.emit("drain"));
  return to;
}

/**
 * Ends the use of `socket` by `node:http`, whose last response is `to`. Resolves
 * to what was read and not used.
 */
export async function release(
  socket: PipeSocket,
  to: ServerResponse,
): Promise<Uint8Array<ArrayBuffer>> {
  to.detachSocket(socket as unknown as Socket);
  for (const event of ["data", "end", "drain", "timeout"]) {
    socket.removeAllListeners(event);
  }
  socket.pause();
  socket.setTimeout(0);
  return await socket.release();
}

/** The head of a response that changes the protocol: `node:http` would add a length. */
export function switching({ headers }: Response): Uint8Array {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`;
  // Headers are bytes: the first 256 characters.
  return Uint8Array.from(head, (each) => each.charCodeAt(0));
}
