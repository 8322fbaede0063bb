/**
 * `ws:URL`: a WebSocket's client.
 *
 * @module
 */

import { quote } from "../../io/format.ts";
import {
  addressText,
  LOCALHOST,
  LOOPBACK,
  type SocketAddress,
} from "../../io/remote/socket_address.ts";
import { abortable } from "../../io/wait/abortable.ts";
import {
  type WaitOptions,
  withTimeoutMessage,
} from "../../io/wait/wait_options.ts";
import type { Channel, Connector, OpenOptions } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { redactUrl } from "../redact_credentials.ts";
import { parseServerUrl } from "../server_url.ts";
import { dial } from "./tcp.ts";
import { BackpressureProxy } from "./backpressure_proxy.ts";
import { passRequestStart } from "./origin_form.ts";
import { webSocketChannel } from "./web_socket_channel.ts";

const PORTS: Readonly<Record<string, number>> = { "ws:": 80, "wss:": 443 };

/** Creates the end: `ws:ws://host/path`, `ws:wss://…`, or `ws:host/path`. */
export function ws(
  { name, rest, options }: EndpointSpec,
): Connector["open"] {
  const url = checkedUrl(rest);
  return (how) => {
    const { signal } = how;
    const limit = { signal, timeout: options.requestTimeout };
    const handshake: Handshake = (kind) =>
      withTimeoutMessage(
        limit,
        () => `${name}: the server did not complete the ${kind} handshake`,
      );
    return connect(url, options.text, how, handshake);
  };
}

/** The limit of a handshake, with its error. */
type Handshake = (kind: "TLS" | "WebSocket") => WaitOptions;

function checkedUrl(text: string): URL {
  const whole = /^wss?:\/\//i.test(text)
    ? text
    : `ws://${text.replace(/^\/\//, "")}`;
  const parsed = parseServerUrl(whole);
  if (parsed === undefined || whole.includes("#")) {
    throw new TypeError(
      `Invalid URL ${
        quote(redactUrl(text))
      }: give host:port/path, ws://… or wss://…, without #, and with %25 for % and %2F for / in a password`,
    );
  }
  return parsed.url;
}

async function connect(
  url: URL,
  text: boolean,
  options: OpenOptions,
  handshake: Handshake,
): Promise<Channel> {
  const outer = url.protocol === "wss:"
    ? await dialTls(addressOf(url), options, handshake("TLS"))
    : await dial(addressOf(url), options);
  using stack = new DisposableStack();
  stack.defer(() => closeQuietly(outer));
  // The only connection that arrives here is that of the WebSocket below. It
  // must not use a proxy of the environment, so it has its own; its URL has the
  // same address because a host in the variable NO_PROXY needs no proxy
  // (`intercept` in Deno's ext/fetch/proxy.rs).
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  const { port } = listener.addr;
  const address = addressText({ hostname: LOOPBACK, port });
  using client = Deno.createHttpClient({
    allowHost: true,
    proxy: { transport: "tcp", hostname: LOOPBACK, port },
  });
  const accepted = listener.accept();
  // If the WebSocket fails before, the end of the listener rejects it.
  accepted.catch(() => {});
  const headers = { host: url.host };
  const socket = new WebSocket(
    inside(url, address),
    { client, headers } as WebSocketOptions,
  );
  const opened = opening(socket);
  const inner = await abortable(
    Promise.race([accepted, opened.then(() => accepted)]),
    handshake("WebSocket"),
  ).catch((error) => {
    accepted.then(closeQuietly, () => {});
    socket.close();
    throw error;
  });
  stack.move();
  const proxy = new BackpressureProxy(
    inner,
    outer,
    () => passRequestStart(inner, outer, address),
  );
  try {
    await abortable(opened, handshake("WebSocket"));
  } catch (error) {
    proxy.close();
    await Promise.allSettled([opened, proxy.settled()]);
    throw tlsRefusal(proxy.failure) ?? error;
  }
  return webSocketChannel(socket, proxy, text);
}

/** The URL behind the proxy at `address`. TLS has ended there. */
function inside(url: URL, address: string): URL {
  const plain = new URL(url);
  plain.protocol = "ws:";
  plain.host = address;
  return plain;
}

async function dialTls(
  address: SocketAddress,
  options: OpenOptions,
  handshake: WaitOptions,
): Promise<Deno.TlsConn> {
  const connection = await dial(address, options);
  const { hostname } = address;
  const starting = Deno.startTls(connection, {
    hostname,
    alpnProtocols: ["http/1.1"],
  });
  try {
    const secret = await abortable(starting, handshake);
    await abortable(secret.handshake(), handshake);
    return secret;
  } catch (error) {
    starting.then(closeQuietly, () => {});
    throw tlsRefusal(error) ?? error;
  }
}

/**
 * Why the server ended TLS, if it did. It may do so after the TLS handshake,
 * instead of answering the WebSocket's, for example because it got no
 * certificate (RFC 8446, section 4.4.2.4).
 */
function tlsRefusal(error: unknown): Error | undefined {
  if (!(error instanceof Deno.errors.InvalidData)) return undefined;
  if (!/CertificateRequired/.test(error.message)) return error;
  return new Deno.errors.PermissionDenied(
    "The server demands a client certificate, which a ws: end cannot give",
    { cause: error },
  );
}

function addressOf({ hostname, port, protocol }: URL): SocketAddress {
  return {
    hostname: /^localhost$/i.test(hostname)
      ? LOCALHOST
      : hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? PORTS[protocol]! : Number(port),
  };
}

function opening(socket: WebSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener("open", () => resolve(), { once: true });
  socket.addEventListener("error", (event) => {
    event.preventDefault();
    const { message } = event as ErrorEvent;
    reject(new Deno.errors.ConnectionRefused(message || "No WebSocket there"));
  }, { once: true });
  return promise;
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Its user has closed it.
  }
}
