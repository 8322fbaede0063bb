/**
 * Takes a connection from `node:http` for an upgrade.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { PipeSocket } from "../node_socket.ts";

/**
 * Makes `node:http` hand over the connection when all of `message` has arrived:
 * it emits "upgrade" with the bytes behind it, and reads no more. It reads the
 * property `upgrade` after each chunk (`onParserExecuteCommon` in Node's
 * lib/_http_server.js and in Deno's ext/node/polyfills/_http_server.js); of a
 * request whose upgrade was declined, it would drop those bytes.
 */
export function handOverWhenComplete(message: IncomingMessage): void {
  Object.defineProperty(message, "upgrade", {
    get: () => message.complete,
    set() {},
  });
}

/**
 * Resumes responses that wait until `socket` takes more: `node:http` no longer
 * does so on a connection that it has handed over.
 */
export function drainResponses(
  socket: PipeSocket,
  responses: Iterable<ServerResponse>,
): void {
  socket.on("drain", () => {
    for (const each of responses) if (each.socket) each.emit("drain");
  });
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
