/**
 * A request of `node:http` as a `Request`.
 *
 * @module
 */

import type { IncomingMessage } from "node:http";

const WITHOUT_BODY = ["GET", "HEAD"];

/** The request, as the handler gets it. */
export interface ServedRequest {
  readonly request: Request;
  /** Drops the rest of the body. */
  drop(): void;
}

/** The surroundings of a request. */
export interface RequestContext {
  readonly signal: AbortSignal;
  /** Called before the first bytes of the body are read. */
  pull(): void;
  /** The reason, if this side has closed the connection. */
  closed(): { readonly reason: unknown } | undefined;
}

/**
 * Makes a `Request`. Its body is read from the pipe as it is consumed.
 *
 * @throws {TypeError} for a method, URL or header that `Request` refuses
 */
export function requestOf(
  message: IncomingMessage,
  context: RequestContext,
): ServedRequest {
  const { signal } = context;
  const { method = "GET", rawHeaders } = message;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  const url = urlOf(message);
  if (WITHOUT_BODY.includes(method) || !hasBody(message)) {
    message.resume();
    return {
      request: new Request(url, { method, headers, signal }),
      drop() {},
    };
  }
  const { body, drop } = bodyOf(message, context);
  const request = new Request(url, { method, headers, signal, body });
  return { request, drop };
}

/** RFC 9112, section 6.3: without either there is no body. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined ||
    Number(headers["content-length"] ?? 0) > 0;
}

/** A pipe has no host: names that make no URL, as Go's, become `localhost`. */
function urlOf({ url = "/", headers: { host = "" } }: IncomingMessage): string {
  const base = /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}/`)
    ? `http://${host}`
    : "http://localhost";
  if (url.startsWith("/")) return `${base}${url}`;
  // "OPTIONS *" is about the server.
  if (url === "*") return `${base}/*`;
  if (/^http:\/\//i.test(url) && URL.canParse(url)) return url;
  throw new TypeError("Invalid request target");
}

function bodyOf(
  message: IncomingMessage,
  { signal, pull, closed }: RequestContext,
): { body: ReadableStream<Uint8Array<ArrayBuffer>>; drop(): void } {
  let open = true;
  let first = true;
  let take = (_chunk: Uint8Array) => {};
  let fail = (_error: unknown) => {};
  const gone = () => {
    const { reason } = closed() ?? { reason: clientLeft() };
    fail(reason);
  };
  const discard = () => {
    open = false;
    message.off("data", take);
    message.resume();
  };
  const body = new ReadableStream({
    type: "bytes",
    start(controller) {
      take = (chunk) => {
        message.pause();
        // The stream takes the memory, which Node shares.
        controller.enqueue(new Uint8Array(chunk));
      };
      fail = (error) => {
        if (!open) return;
        discard();
        controller.error(error);
      };
      message.on("data", take);
      message.pause();
      message.on("end", () => {
        if (!open) return;
        open = false;
        controller.close();
        controller.byobRequest?.respond(0);
      });
      message.on("error", gone);
      message.on("close", gone);
    },
    pull() {
      if (first) pull();
      first = false;
      message.resume();
    },
    cancel: discard,
  }, { highWaterMark: 0 });
  return {
    body,
    drop() {
      const left = !message.complete &&
        (signal.aborted || message.socket.destroyed);
      if (left) gone();
      else fail(responseSent());
    },
  };
}

function clientLeft(): Error {
  return new Deno.errors.UnexpectedEof(
    "Cannot read the body: the client closed the connection before its end",
  );
}

function responseSent(): Error {
  return new Deno.errors.BadResource(
    "Cannot read the body: the response was sent before",
  );
}
