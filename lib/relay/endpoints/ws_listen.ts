/**
 * `ws-listen:[HOST:]PORT`: a WebSocket's server, on this computer alone unless
 * an address says otherwise.
 *
 * A web page may connect to a port of the computer that shows it. So the origin
 * is checked: pages of this computer, and listed ones, may connect.
 *
 * @module
 */

import { readableVariable } from "../../granted_permissions.ts";
import { acceptTcp } from "../../io/remote/accept_tcp.ts";
import { addressText, LOOPBACK } from "../../io/remote/socket_address.ts";
import { abortable } from "../../io/wait/abortable.ts";
import type { Channel, Listener, ListeningEnd } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import type { Checked } from "../options.ts";
import { type ListenAddress, listenAddress, reach } from "./address.ts";
import { BackpressureProxy } from "./backpressure_proxy.ts";
import { webSocketChannel } from "./web_socket_channel.ts";

const SERVE_ADDRESS = "DENO_SERVE_ADDRESS";

export function wsListen(
  { rest, options }: EndpointSpec,
): ListeningEnd["listen"] {
  const address = listenAddress(rest);
  return () => new WebSocketListener(address, options);
}

/** Whether a page of this origin may connect. */
export function mayConnect(
  origin: string | null,
  origins: readonly string[],
): boolean {
  if (origin === null || origins.includes(origin)) return true;
  const { hostname = "" } = URL.canParse(origin) ? new URL(origin) : {};
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** A partner that is not yet a WebSocket. */
interface Pending {
  readonly proxy: BackpressureProxy;
  /** Cuts its connection off. */
  readonly limit: ReturnType<typeof setTimeout>;
}

class WebSocketListener implements Listener {
  readonly ready: string;
  readonly #outer: Deno.TcpListener;
  readonly #inner: Deno.HttpServer<Deno.NetAddr>;
  readonly #options: Checked;
  /**
   * Partners that are not yet a WebSocket, by the port of the inner connection:
   * no other connection reaches the server.
   */
  readonly #pending = new Map<number, Pending>();
  readonly #arrived: Channel[] = [];
  /** Resolve when their partners have gone. */
  readonly #connected = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  #arrival = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor({ hostname, port, remote }: ListenAddress, options: Checked) {
    this.#options = options;
    this.#outer = Deno.listen({ hostname, port });
    this.#inner = atOwnAddress(() =>
      Deno.serve(
        { hostname: LOOPBACK, port: 0, onListen() {} },
        (request, { remoteAddr, completed }) =>
          this.#serve(request, (remoteAddr as Deno.NetAddr).port, completed),
      )
    );
    const where = addressText({ hostname, port: this.#outer.addr.port });
    this.ready = reach(`ws://${where}`, remote);
    this.#accepting = this.#acceptAll().catch((error) => {
      this.#failure = { error };
      this.#arrival.resolve();
    });
  }

  async accept(signal: AbortSignal): Promise<Channel> {
    for (;;) {
      const channel = this.#arrived.shift();
      if (channel !== undefined) return channel;
      if (this.#closed) throw new Deno.errors.BadResource("It is closed");
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#arrival = Promise.withResolvers();
      await abortable(this.#arrival.promise, { signal });
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#arrival.resolve();
    this.#outer.close();
    await this.#accepting;
    for (const channel of this.#arrived.splice(0)) await channel.close();
    // Their partners may send nothing, and stay.
    for (const { proxy, limit } of this.#pending.values()) {
      clearTimeout(limit);
      proxy.close();
    }
    this.#inner.unref();
    // A shutdown closes the WebSockets that are still open, with the code 1001
    // (Deno 2.9: ActiveWebSockets::begin_shutdown).
    void Promise.all(this.#connected).then(() => this.#inner.shutdown());
  }

  async #acceptAll(): Promise<void> {
    for (;;) await this.#enter(await acceptTcp(this.#outer, (outer) => outer));
  }

  /**
   * Accepts a partner, whose handshake has a time limit; a reset of its
   * connection affects only this partner.
   */
  async #enter(outer: Deno.TcpConn): Promise<void> {
    const { port } = this.#inner.addr;
    let inner: Deno.TcpConn | undefined;
    try {
      inner = await Deno.connect({ hostname: LOOPBACK, port });
      const key = inner.localAddr.port;
      const proxy = new BackpressureProxy(inner, outer);
      const limit = setTimeout(
        () => proxy.close(),
        this.#options.requestTimeout,
      );
      this.#pending.set(key, { proxy, limit });
      const gone = proxy.settled().then(() => {
        this.#forget(key);
        this.#connected.delete(gone);
      });
      this.#connected.add(gone);
    } catch {
      inner?.close();
      outer.close();
    }
  }

  #serve(request: Request, port: number, sent: Promise<void>): Response {
    const proxy = this.#pending.get(port)?.proxy;
    if (proxy === undefined) return response(403, "Not here");
    const refusal = (status: number, text: string) => {
      sent.then(() => proxy.endInner(), () => {});
      return response(status, text);
    };
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return refusal(426, "A WebSocket is wanted here");
    }
    const origin = request.headers.get("origin");
    if (!mayConnect(origin, this.#options.origins)) {
      return refusal(403, `Pages of ${origin} may not connect`);
    }
    const upgraded = upgrade(request);
    if (upgraded === undefined) return refusal(400, "The handshake is invalid");
    const { socket, response: switching } = upgraded;
    this.#forget(port);
    const channel = webSocketChannel(socket, proxy, this.#options.text);
    socket.addEventListener("open", () => {
      if (this.#closed) return void channel.close();
      this.#arrived.push(channel);
      this.#arrival.resolve();
    });
    return switching;
  }

  /** It is a WebSocket now, or has gone. */
  #forget(port: number): void {
    clearTimeout(this.#pending.get(port)?.limit);
    this.#pending.delete(port);
  }
}

/**
 * Calls `serve` without the variable `DENO_SERVE_ADDRESS`: Deno moves the first
 * server of a program to that address (`serve` in its ext/http/00_serve.ts), and
 * this one is not the program's.
 */
function atOwnAddress<T>(serve: () => T): T {
  const address = readableVariable(SERVE_ADDRESS);
  if (address === undefined) return serve();
  Deno.env.delete(SERVE_ADDRESS);
  try {
    return serve();
  } finally {
    Deno.env.set(SERVE_ADDRESS, address);
  }
}

/** Undefined for an invalid handshake (RFC 6455, section 4.2.1). */
function upgrade(request: Request): Deno.WebSocketUpgrade | undefined {
  try {
    // A partner that has to wait answers no ping: it is not idle.
    return Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function response(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { connection: "close" },
  });
}
