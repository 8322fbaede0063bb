/**
 * Listening on a socket.
 *
 * @module
 */

import { checkChoice } from "../io/checks.ts";
import { AsyncQueue } from "../io/wait/async_queue.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import { acceptTcp } from "../io/remote/accept_tcp.ts";
import {
  addressText,
  checkedPort,
  checkReach,
  LOOPBACK,
  type SocketAddress,
} from "../io/remote/socket_address.ts";
import type { SocketConnection } from "./connection.ts";
import { addressOf, tcpConnection } from "./tcp.ts";

/** TCP carries bytes, UDP datagrams. */
export type SocketTransport = "tcp" | "udp";

/** The options of {@linkcode listenSocket}. */
export interface ListenSocketOptions {
  /**
   * TCP, with connections in byte mode, or UDP, with connections in message
   * mode: the first datagram of a sender opens a connection.
   *
   * @default {"tcp"}
   */
  transport?: SocketTransport | undefined;
  /**
   * The address to listen on.
   *
   * @default {"127.0.0.1"}
   */
  hostname?: string | undefined;
  /**
   * Allows other computers to connect. They also need a `hostname` that they
   * can reach, such as `"0.0.0.0"` for all addresses of this computer.
   *
   * @default {false}
   */
  allowRemote?: boolean | undefined;
}

/**
 * Listens on a port of this computer; 0 chooses a free one. Other computers
 * cannot connect, unless `allowRemote` is given.
 *
 * Uses `Deno.listen`, or `node:dgram` for UDP. Needs `--allow-net`, and no
 * native library.
 *
 * @throws {Deno.errors.AddrInUse} when the port is taken
 * @throws {Deno.errors.NotCapable} without `--allow-net`
 * @throws {TypeError} for a bad option, {@linkcode RangeError} for a port out
 * of range
 *
 * @example
 * ```ts
 * import { connectSocket, listenSocket } from "@winipc/winipc";
 *
 * await using listener = await listenSocket(); // or listenSocket(8080)
 * await using client = await connectSocket(listener.local.port);
 * await using connection = await listener.accept({ timeout: 5000 });
 * await connection.write(new TextEncoder().encode("hello"));
 * await connection.closeWrite();
 * console.log(await new Response(client.readable).text());
 * ```
 */
export async function listenSocket(
  port = 0,
  options: ListenSocketOptions = {},
): Promise<SocketListener> {
  const { transport = "tcp", hostname = LOOPBACK, allowRemote = false } =
    options;
  checkedPort(port, 0);
  checkChoice("transport", transport, ["tcp", "udp"]);
  checkReach(hostname, allowRemote);
  try {
    return transport === "tcp"
      ? tcpListener({ hostname, port })
      : await udpListener({ hostname, port });
  } catch (error) {
    throw listenError(error, addressText({ hostname, port }));
  }
}

/** The transport of a listener. */
interface Acceptor {
  readonly local: SocketAddress;
  /** Resolves when nothing is pending after `close()`. */
  readonly settled: Promise<void>;
  close(): void;
  setRef(refed: boolean): void;
}

/**
 * A listener on a socket. Made by {@linkcode listenSocket}.
 *
 * @example
 * ```ts
 * import { connectSocket, listenSocket } from "@winipc/winipc";
 *
 * await using listener = await listenSocket(0, { transport: "udp" });
 * await using client = await connectSocket(listener.local.port, {
 *   transport: "udp",
 * });
 * await client.write(new TextEncoder().encode("hello")); // in another process
 * for await (const connection of listener) {
 *   console.log((await connection.readMessage())?.byteLength); // 5
 *   connection.close();
 *   break;
 * }
 * ```
 */
export class SocketListener implements Disposable, AsyncDisposable {
  /** Its address as text: `127.0.0.1:8080`. */
  readonly name: string;
  /** Its address. */
  readonly local: SocketAddress;
  readonly #acceptor: Acceptor;
  readonly #arrived: AsyncQueue<SocketConnection>;
  #closed = false;

  /** Use {@linkcode listenSocket}. */
  constructor(acceptor: Acceptor) {
    this.#acceptor = acceptor;
    this.local = acceptor.local;
    this.name = addressText(acceptor.local);
    this.#arrived = new AsyncQueue(
      () => `Cannot accept at "${this.name}": no client came`,
    );
  }

  /**
   * Waits for the next connection.
   *
   * Throws the signal's reason, a `TimeoutError`, or {@linkcode
   * Deno.errors.BadResource} when the listener is closed.
   */
  async accept(options: WaitOptions = {}): Promise<SocketConnection> {
    return await this.#arrived.take(options);
  }

  /** Yields connections until the listener is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<SocketConnection, void, void> {
    return this.#arrived.all();
  }

  /** Delivers a new connection. */
  arrived(connection: SocketConnection): void {
    if (this.#closed) return connection.close();
    this.#arrived.push(connection);
  }

  /** Keeps the program alive while it listens; this is the default. */
  ref(): void {
    this.#acceptor.setRef(true);
  }

  /** Lets the program end while it listens. */
  unref(): void {
    this.#acceptor.setRef(false);
  }

  /**
   * Stops listening; pending accepts reject with `BadResource`, and connections
   * that were not accepted are closed. Accepted connections stay open. Safe to
   * call twice.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#acceptor.close();
    this.#arrived.end(
      new Deno.errors.BadResource(`The listener at "${this.name}" is closed`),
      (connection) => connection.close(),
    );
  }

  /** Stops listening, like {@linkcode SocketListener.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Stops listening, and waits until no client can connect any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#acceptor.settled;
  }
}

function tcpListener(address: SocketAddress): SocketListener {
  const socket = Deno.listen({ transport: "tcp", ...address });
  const { promise: settled, resolve } = Promise.withResolvers<void>();
  const listener = new SocketListener({
    local: addressOf(socket.addr),
    settled,
    close: () => socket.close(),
    setRef: (refed) => refed ? socket.ref() : socket.unref(),
  });
  const accept = async () => {
    for (;;) listener.arrived(await acceptTcp(socket, tcpConnection));
  };
  // It fails when the listener is closed, or when no more is possible.
  accept().catch(() => listener.close()).finally(resolve);
  return listener;
}

async function udpListener(address: SocketAddress): Promise<SocketListener> {
  const early: SocketConnection[] = [];
  let onSender = (connection: SocketConnection): void => {
    early.push(connection);
  };
  const { UdpSocket } = await import("./udp.ts");
  const socket = await UdpSocket.bind(address, (connection) => {
    onSender(connection);
  });
  const listener = new SocketListener({
    local: socket.local,
    settled: Promise.resolve(),
    close: () => socket.endListening(),
    setRef: (refed) => socket.setRef(refed),
  });
  onSender = (connection) => listener.arrived(connection);
  early.forEach(onSender);
  return listener;
}

/** Node has an error code where Deno has a class. */
function listenError(error: unknown, address: string): unknown {
  const taken = error instanceof Deno.errors.AddrInUse ||
    error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (!taken) return error;
  return new Deno.errors.AddrInUse(
    `Cannot listen at "${address}": the port is taken`,
    { cause: error },
  );
}
