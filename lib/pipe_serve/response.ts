/**
 * Writes a `Response` by `node:http`.
 *
 * @module
 */

import type { ServerResponse } from "node:http";
import { counted, quote } from "../io/format.ts";
import { type BodyStream, heldBody } from "../pipe_fetch/request_body.ts";

const WITHOUT_BODY = [204, 304];
/**
 * The framing is that of `node:http`. A `Response` has no trailers to announce,
 * and `node:http` refuses to announce some after a body of known length.
 */
const FRAMING = ["transfer-encoding", "trailer"];

/**
 * Sends `response`. Resolves when all of it is written, or the connection has
 * ended: then the rest of the body is cancelled, with the reason of `signal`.
 *
 * @throws {TypeError} for a response that cannot be sent, before anything is
 * written
 * @throws the error of the body's stream, after which the connection is to be
 * closed
 */
export async function send(
  response: Response,
  to: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (!(response instanceof Response)) {
    throw new TypeError(
      `Invalid response ${
        quote(String(response))
      }: the handler must return a Response`,
    );
  }
  if (response.type === "error") {
    throw new TypeError("Invalid response: Response.error() cannot be sent");
  }
  if (response.bodyUsed) {
    throw new TypeError("Invalid response: its body was read before");
  }
  const { body, status, statusText } = response;
  const length = lengthIn(response);
  if (status < 200) {
    throw new TypeError(
      `Invalid response: the status ${status} must not end a request`,
    );
  }
  const empty = WITHOUT_BODY.includes(status);
  // The client wants the connection closed, or the server has set it so.
  const last = !to.shouldKeepAlive || to.hasHeader("connection");
  const headers = headersOf(response, empty, last);
  const without = to.req.method === "HEAD" || empty;
  if (without) void body?.cancel().catch(() => {});
  // The whole body, if it is there: its length is known then.
  const content = without || body === null ? null : await heldBody(body);
  if (to.destroyed) {
    if (content !== null && "cancel" in content) content.cancel(undefined);
    return;
  }
  if (content instanceof Uint8Array || (content === null && !without)) {
    const size = content?.byteLength ?? 0;
    if (length === undefined) headers.push("content-length", String(size));
    else if (length !== size) throw wrongLength(length, size);
  }
  // That of a response which could not be sent; empty, the status has its own.
  to.statusMessage = "";
  if (statusText === "") to.writeHead(status, headers);
  else to.writeHead(status, statusText, headers);
  if (content === null || content instanceof Uint8Array) {
    await ended(to, content);
  } else {
    // The body may be silent for long, and the client waits for the head.
    to.flushHeaders();
    await stream(content, length, to, signal);
  }
}

/** Names and values in turn. The connection is closed behind a `last` response. */
function headersOf(
  { headers }: Response,
  empty: boolean,
  last: boolean,
): string[] {
  // RFC 9110, 8.6: none with 204. With 304 it may describe the content that is
  // left out; Deno.serve leaves it out, too.
  const omitted = empty ? [...FRAMING, "content-length"] : FRAMING;
  return [...headers].filter(([name]) => !omitted.includes(name))
    // Without "close", `node:http` keeps the connection: a proxy's handler may
    // return the "keep-alive" of another server.
    .flatMap(([name, value]) =>
      last && name === "connection" ? [name, `${value}, close`] : [name, value]
    );
}

function lengthIn({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  if (length === null) return undefined;
  if (/^\d+$/.test(length)) return Number(length);
  throw new TypeError(
    `Invalid response: its Content-Length is ${
      quote(length)
    }; give one, in decimal digits`,
  );
}

async function stream(
  body: BodyStream,
  length: number | undefined,
  to: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  let sent = 0;
  let wake = () => {};
  let left = to.destroyed;
  // A client that leaves is noticed while the body is silent, too.
  to.on("close", () => {
    left = true;
    body.cancel(signal.reason);
    wake();
  });
  to.on("drain", () => wake());
  try {
    for (;;) {
      const next = await body.next();
      if (left) return;
      if (next === null) break;
      sent += next.byteLength;
      if (length !== undefined && sent > length) {
        throw wrongLength(length, sent);
      }
      // An empty chunk would end a chunked body.
      if (next.byteLength === 0 || to.write(next)) continue;
      await new Promise<void>((resolve) => wake = resolve);
      if (left) return;
    }
    if (length !== undefined && sent < length) throw wrongLength(length, sent);
  } catch (error) {
    if (left) return;
    body.cancel(error);
    throw error;
  }
  await ended(to, null);
}

/** Ends the response, and resolves when it is written, or the client has left. */
async function ended(
  to: ServerResponse,
  content: Uint8Array | null,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  to.once("finish", resolve).once("close", resolve);
  if (content === null) to.end();
  else to.end(content);
  await promise;
}

function wrongLength(length: number, sent: number): TypeError {
  return new TypeError(
    `Invalid response: its Content-Length is ${length}, and its body has ${
      counted(sent, "byte")
    }${sent > length ? " or more" : ""}`,
  );
}
