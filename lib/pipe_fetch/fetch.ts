/**
 * `fetch` over a named pipe.
 *
 * @module
 */

import { checkBoolean } from "../io/checks.ts";
import { quote } from "../io/format.ts";
import { objectPath } from "../io/object/object_path.ts";
import { PipeClient, poolOf } from "./client.ts";
import type { HttpConnection } from "./connection.ts";
import { exchange } from "./exchange.ts";
import { checkFraming, isRepeatable, type OutgoingRequest } from "./request.ts";
import { bodyOf, type RequestBody } from "./request_body.ts";

/** The options of {@linkcode pipeFetch}: those of `fetch`, and the pipe. */
export interface PipeFetchOptions extends RequestInit {
  /** The pipe's name or full path, or a client of {@linkcode createPipeClient}. */
  pipe: string | PipeClient;
  /**
   * Waits for a server if none listens yet, instead of failing with
   * `NotFound`. A `signal` limits the wait.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
}

/** The clients of pipes that callers only name, by the pipe's full path. */
const shared = new Map<string, PipeClient>();

/**
 * Fetches over a named pipe, on which Docker and other programs serve HTTP. The
 * host of `input` only sets the header `Host`: `http://./v1/containers`.
 *
 * Bodies stream both ways. A body of known length is sent with its
 * `Content-Length`, as by `fetch`, and a stream in chunks, or with the
 * `Content-Length` that you set. The promise resolves as soon as the head of
 * the response arrives, even if the server has not read the whole request body.
 * Redirects are not followed. While the pipe is busy, it waits; a signal such as
 * `AbortSignal.timeout(5000)` limits that, and the response with its body.
 *
 * Connections are kept for the next request, without keeping the program alive.
 * A request is sent once, with one exception. If a reused connection turns out
 * to be closed before any byte of the answer, the request is sent again over a
 * new connection, but only if it is idempotent (RFC 9110, section 9.2.2: GET,
 * HEAD, OPTIONS, PUT, DELETE) and its body is not a stream.
 *
 * Speaks HTTP/1.1 over {@linkcode connectPipe}. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when no server listens, without `waitForPeer`
 * @throws {Deno.errors.PermissionDenied} when the server's security descriptor
 * denies access
 * @throws {TypeError} for a bad name, URL or option, and for a body whose size
 * is not its `Content-Length`
 * @throws {Deno.errors.BrokenPipe} when the server closes before it answers
 * @throws {Deno.errors.InvalidData} when the answer is not valid HTTP/1.1, has
 * a head of more than 64 KiB, or changes to another protocol (101)
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
  const { pipe, waitForPeer = false } = options;
  checkBoolean("waitForPeer", waitForPeer);
  const client = clientOf(pipe);
  const request = new Request(input, options);
  const { method, url, headers, signal } = request;
  if (new URL(url).protocol !== "http:") {
    throw new TypeError(
      `Invalid URL ${quote(url)}: over a pipe, it must begin with http://`,
    );
  }
  // Keeps the client alive: garbage collection closes its connections, and
  // those in an exchange are still needed.
  const release = (connection: HttpConnection, reusable: boolean) =>
    poolOf(client).release(connection, reusable);
  const dialing = { signal, waitForPeer };
  let body: RequestBody = null;
  let outgoing: OutgoingRequest;
  let connection: HttpConnection;
  try {
    signal.throwIfAborted();
    body = await bodyOf(request, options.body);
    outgoing = { method, url, headers, body };
    checkFraming(outgoing);
    connection = await poolOf(client).take(dialing);
  } catch (error) {
    // https://fetch.spec.whatwg.org/#abort-fetch. The caller cannot cancel a
    // stream that is locked.
    if (body === null) request.body?.cancel(error).catch(() => {});
    else if ("cancel" in body) body.cancel(error);
    throw error;
  }
  try {
    return await exchange(outgoing, { connection, signal, release });
  } catch (error) {
    const stale = connection.kept && !connection.heard && !signal.aborted &&
      error instanceof Deno.errors.BrokenPipe;
    if (!stale || !isRepeatable(outgoing)) throw error;
  }
  return await exchange(outgoing, {
    connection: await poolOf(client).dial(dialing),
    signal,
    release,
  });
}

function clientOf(pipe: unknown): PipeClient {
  if (pipe instanceof PipeClient) return pipe;
  if (typeof pipe !== "string") {
    throw new TypeError('Invalid pipe: give its name, { pipe: "name" }');
  }
  const name = objectPath("pipe", pipe);
  const known = shared.get(name);
  if (known !== undefined) return known;
  const client = new PipeClient(name);
  shared.set(name, client);
  return client;
}
