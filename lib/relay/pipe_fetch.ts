/**
 * `fetch` over a named pipe.
 *
 * HTTP/1.1 is spoken by Deno's own `node:http`, over connections of ours: no
 * port is opened that others could reach the pipe through.
 *
 * @module
 */

import { type IncomingMessage, request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createPipeClient, PipeClient } from "./pipe_client.ts";

/** The options of {@linkcode pipeFetch}: those of `fetch`, and the pipe. */
export interface PipeFetchOptions extends RequestInit {
  /** The pipe's name, bare or whole, or a client of {@linkcode createPipeClient}. */
  pipe: string | PipeClient;
}

const NO_BODY = [204, 205, 304];
const shared = new Map<string, PipeClient>();

/**
 * Fetches over a named pipe, as Docker and others serve HTTP there. The host of
 * `input` is only what the header `Host` says: `http://./v1/containers`.
 *
 * Bodies stream both ways, chunked where their length is not known, and
 * connections are kept for the next request, without keeping the program alive.
 * A redirect is not followed: the response is what the server says. Needs
 * kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when nobody listens
 * @throws {Deno.errors.PermissionDenied} when the server's security refuses us
 * @throws {TypeError} for a bad name, URL or option
 * @throws {Deno.errors.InvalidData} when the server answers with another
 * protocol (101)
 * @throws the reason of the signal; Node's own error for a response that is none
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
  const { protocol } = new URL(request.url);
  if (protocol !== "http:") {
    throw new TypeError(
      `Invalid URL "${request.url}": over a pipe it begins with http://`,
    );
  }
  for (;;) {
    const [response, stale] = await exchange(request, client);
    if (!stale) return response;
  }
}

function clientOf(pipe: unknown): PipeClient {
  if (pipe instanceof PipeClient) return pipe;
  if (typeof pipe !== "string") {
    throw new TypeError('Invalid pipe: give its name, { pipe: "name" }');
  }
  const client = createPipeClient(pipe);
  const known = shared.get(client.name);
  if (known === undefined) shared.set(client.name, client);
  return known ?? client;
}

type Exchange = [response: Response, stale: false] | [undefined, stale: true];

/** One try. A kept connection that the server has just closed is stale: without a body there is another. */
async function exchange(
  request: Request,
  { agent }: PipeClient,
): Promise<Exchange> {
  const { method, url, signal, body } = request;
  signal.throwIfAborted();
  const { host, pathname, search } = new URL(url);
  const headers: Record<string, string> = { host };
  request.headers.forEach((value, name) => headers[name] = value);
  const sent = httpRequest({
    agent,
    method,
    path: pathname + search,
    headers,
    setHost: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<
    IncomingMessage
  >();
  const abort = () => sent.destroy(asError(signal.reason));
  signal.addEventListener("abort", abort, { once: true });
  sent.on("close", () => signal.removeEventListener("abort", abort));
  sent.on("response", resolve);
  // Nobody would hear of it otherwise.
  sent.on("upgrade", (_message, socket) => {
    socket.destroy();
    reject(
      new Deno.errors.InvalidData(
        `Cannot fetch "${url}": the server wants to speak another protocol`,
      ),
    );
  });
  sent.on("error", reject);
  if (body === null) sent.end();
  else {
    // The server may answer before the first of it is there.
    sent.flushHeaders();
    pipeline(Readable.fromWeb(body as never), sent).catch(reject);
  }
  try {
    const message = await promise;
    try {
      return [responseOf(message, method), false];
    } catch (error) {
      // It has a status or header that no Response may have.
      message.destroy();
      throw error;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!sent.reusedSocket || body !== null) throw error;
    return [undefined, true];
  }
}

function responseOf(message: IncomingMessage, method: string): Response {
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at]!, message.rawHeaders[at + 1]!);
  }
  const status = message.statusCode!;
  const bare = method === "HEAD" || NO_BODY.includes(status);
  if (bare) message.resume();
  return new Response(bare ? null : Readable.toWeb(message) as ReadableStream, {
    status,
    statusText: message.statusMessage ?? "",
    headers,
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
