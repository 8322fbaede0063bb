/**
 * A client of the server: its connection, and how that and its requests end.
 *
 * @module
 */

import type { ServerResponse } from "node:http";
import type { PipeConnection } from "../named_pipe/mod.ts";
import type { PipeSocket } from "./node_socket.ts";
import type { Upgrade } from "./upgrade/offer.ts";

/** Why a request ends before its response does. */
const INVALID = "The client sent an invalid request, or the rest of one";

/** A client's connection. */
export interface Client {
  readonly connection: PipeConnection;
  readonly socket: PipeSocket;
  /** The responses that are not yet written. */
  readonly pending: Set<ServerResponse>;
  /** Runs while the head of a request is awaited. */
  headTimer: ReturnType<typeof setTimeout> | undefined;
  /** How many bytes of an unread body may still come. */
  droppable: number;
  /** The upgrade that has come about, whose response stays pending. */
  upgrade: Upgrade | undefined;
  /** The bytes behind a request that offers an upgrade, from the same read. */
  early: Uint8Array;
  /** Resolves when the last request and those before it are answered. */
  answered: Promise<void>;
  /** Set when this side closes the connection. */
  closed: { readonly reason: unknown } | undefined;
}

/** Closes a connection; `reason` is that of its pending requests. */
export function close(client: Client, reason: unknown): void {
  client.closed ??= { reason };
  client.socket.destroy();
}

/** Answers a request that has no `Request`, and closes the connection. */
export function refuse(client: Client, status: string): void {
  const { socket, pending } = client;
  // An answer that is under way must not be mixed with this one.
  if (pending.size > 0 || !socket.writable) {
    return close(client, new Deno.errors.InvalidData(INVALID));
  }
  socket.write(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  socket.destroySoon();
}

/**
 * `completed` resolves when all is written, or `complete` is called; `over` is
 * aborted if the connection ends before.
 */
export function completion(
  to: ServerResponse,
  client: Client,
  over: AbortController,
): { completed: Promise<void>; complete(): void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  let written = false;
  const complete = () => {
    written = true;
    resolve();
  };
  to.once("finish", complete);
  to.once("close", () => {
    if (written) return;
    const { reason } = client.closed ?? { reason: clientLeft() };
    reject(reason);
    over.abort(reason);
  });
  return { completed: promise, complete };
}

function clientLeft(): Error {
  return new Deno.errors.BrokenPipe(
    "The client left before it had the whole response",
  );
}
