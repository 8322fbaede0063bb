/**
 * `fetch` over a named pipe.
 *
 * @module
 */

import { quote } from "../io/shown.ts";
import { createPipeClient, PipeClient, poolOf } from "./client.ts";
import type { HttpConnection } from "./connection.ts";
import { exchange } from "./exchange.ts";
import { checkFraming, isRepeatable } from "./request.ts";
import { bodyOf } from "./request_body.ts";

/** The options of {@linkcode pipeFetch}: those of `fetch`, and the pipe. */
export interface PipeFetchOptions extends RequestInit {
  /** The pipe's name, bare or whole, or a client of {@linkcode createPipeClient}. */
  pipe: string | PipeClient;
}

const shared = new Map<string, PipeClient>();

/**
 * Fetches over a named pipe, as Docker and others serve HTTP there. The host of
 * `input` is only what the header `Host` says: `http://./v1/containers`.
 *
 * Bodies stream both ways. One whose length is known goes with its
 * `Content-Length`, as `fetch` sends it, and a stream in chunks, or by the
 * `Content-Length` that it is given. The response comes as soon as its head is
 * there, also where the server has not taken the whole body. A redirect is not
 * followed: the response is what the server says.
 *
 * Connections are kept for the next request, without keeping the program alive.
 * A request is sent once. Where a kept connection turns out to be closed and
 * nothing of an answer came, a request that is idempotent (RFC 9110, section
 * 9.2.2: GET, HEAD, OPTIONS, PUT, DELETE) and whose body is no stream is sent
 * again, once, over a new connection.
 *
 * Speaks HTTP/1.1 over {@linkcode connectPipe}. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when nobody listens
 * @throws {Deno.errors.PermissionDenied} when the server's security refuses us
 * @throws {TypeError} for a bad name, URL or option, and for a body that is not
 * as long as its `Content-Length`
 * @throws {Deno.errors.BrokenPipe} when the server closes before it answers
 * @throws {Deno.errors.InvalidData} when the answer is not valid HTTP/1.1, has a
 * head of more than 64 KiB, or changes to another protocol (101)
 * @throws {Deno.errors.BadResource} when the client is closed
 * @throws the signal's reason; reading the response's body does so too, or
 * throws {@linkcode Deno.errors.UnexpectedEof} when the server closes in the
 * middle of it
 *
 * @example
 * ```ts
 * import { listenPipe, pipeFetch } from "@winipc/winipc";
 *
 * await using engine = listenPipe("engine"); // in another process
 * const served = engine.accept().then(async (connection) => {
 *   await connection.read(new Uint8Array(4096));
 *   await connection.write(
 *     new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
 *   );
 *   return connection;
 * });
 *
 * const response = await pipeFetch("http://./v1.44/containers/json", {
 *   pipe: "engine", // docker_engine is Docker's
 * });
 * console.log(await response.json());
 * (await served).close();
 * ```
 */
export async function pipeFetch(
  input: string | URL | Request,
  options: PipeFetchOptions,
): Promise<Response> {
  const { pipe, ...init } = options;
  const client = clientOf(pipe);
  const request = new Request(input, init);
  const { method, url, headers, signal } = request;
  if (new URL(url).protocol !== "http:") {
    throw new TypeError(
      `Invalid URL ${quote(url)}: over a pipe it begins with http://`,
    );
  }
  signal.throwIfAborted();
  const body = await bodyOf(request, init.body);
  const outgoing = { method, url, headers, body };
  checkFraming(outgoing);
  // It refers to the client: one that is dropped closes its connections, and
  // those that carry an exchange are still needed.
  const release = (connection: HttpConnection, reusable: boolean) =>
    poolOf(client).release(connection, reusable);
  const connection = await poolOf(client).take(signal);
  try {
    return await exchange(outgoing, { connection, signal, release });
  } catch (error) {
    const stale = connection.kept && !connection.heard && !signal.aborted &&
      error instanceof Deno.errors.BrokenPipe;
    if (!stale || !isRepeatable(outgoing)) throw error;
  }
  return await exchange(outgoing, {
    connection: await poolOf(client).dial(signal),
    signal,
    release,
  });
}

function clientOf(pipe: unknown): PipeClient {
  if (pipe instanceof PipeClient) return pipe;
  if (typeof pipe !== "string") {
    throw new TypeError('Invalid pipe: give its name, { pipe: "name" }');
  }
  const client = createPipeClient(pipe);
  const known = shared.get(client.name);
  if (known !== undefined) return known;
  shared.set(client.name, client);
  return client;
}
