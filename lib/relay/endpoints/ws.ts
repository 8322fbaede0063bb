/**
 * `ws:URL`: a WebSocket's client.
 *
 * @module
 */

import { pause } from "../../io/wait.ts";
import { orGiveUp } from "../../socket/transport.ts";
import type { Channel, Connector, OpenOptions } from "../channel.ts";
import type { Place } from "../schemes.ts";
import { Gate } from "./gate.ts";
import { webSocketChannel } from "./web_socket.ts";

const LOOPBACK = "127.0.0.1";
const PORTS: Readonly<Record<string, number>> = { "ws:": 80, "wss:": 443 };
const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 1_000;

/** The end for what was typed: `ws:ws://host/path`, `ws:wss://…`, or `ws:host/path`. */
export function ws({ name, rest, options }: Place): Connector {
  const url = checkedUrl(rest);
  return {
    kind: "connect",
    name,
    once: false,
    open: (how) => connect(url, options.text, how),
  };
}

function checkedUrl(text: string): URL {
  const whole = /^wss?:\/\//i.test(text)
    ? text
    : `ws://${text.replace(/^\/\//, "")}`;
  if (!URL.canParse(whole)) {
    throw new TypeError(
      `Invalid URL "${text}": give host:port/path, ws://… or wss://…`,
    );
  }
  return new URL(whole);
}

async function connect(
  url: URL,
  text: boolean,
  options: OpenOptions,
): Promise<Channel> {
  const outer = await dial(url, options);
  using stack = new DisposableStack();
  stack.defer(() => closeQuietly(outer));
  // The one connection that comes here is that of the WebSocket below.
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  using client = Deno.createHttpClient({
    proxy: { transport: "tcp", hostname: LOOPBACK, port: listener.addr.port },
  });
  const accepted = listener.accept();
  const socket = new WebSocket(url, { client } as WebSocketOptions);
  const opened = opening(socket);
  const inner = await orGiveUp(accepted, options).catch((error) => {
    accepted.then(closeQuietly, () => {});
    opened.catch(() => {});
    socket.close();
    throw error;
  });
  stack.move();
  const gate = new Gate(inner, outer);
  try {
    await orGiveUp(opened, options);
  } catch (error) {
    opened.catch(() => {});
    gate.close();
    await gate.settled();
    throw error;
  }
  return webSocketChannel(socket, gate, text);
}

async function dial(
  { hostname, port, protocol }: URL,
  { signal, wait }: OpenOptions,
): Promise<Deno.TcpConn> {
  const address = {
    hostname: /^localhost$/i.test(hostname)
      ? LOOPBACK
      : hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? PORTS[protocol]! : Number(port),
  };
  for (let delay = FIRST_RETRY_MS;;) {
    const connecting = Deno.connect(address);
    try {
      return await orGiveUp(connecting, { signal });
    } catch (error) {
      connecting.then(closeQuietly, () => {});
      const absent = error instanceof Deno.errors.ConnectionRefused;
      if (!wait || !absent) throw error;
    }
    await pause(delay, { signal });
    delay = Math.min(2 * delay, LAST_RETRY_MS);
  }
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
    // It has been closed by who used it.
  }
}
