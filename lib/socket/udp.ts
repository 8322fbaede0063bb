/**
 * UDP sockets: datagrams, sorted by sender.
 *
 * Deno's own `Deno.listenDatagram` needs `--unstable-net`; its `node:dgram`
 * does not.
 *
 * @module
 */

import { isGranted } from "../granted_permissions.ts";
import { counted } from "../io/format.ts";
import { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import {
  addressText,
  type SocketAddress,
} from "../io/remote/socket_address.ts";
import { MAX_DELAY } from "../io/wait/on_abort.ts";
import { loadTimers } from "../io/wait/wait_options.ts";
import { SocketConnection, type Transport } from "./connection.ts";

/** IPv4 has space for this many bytes after its headers. */
const MAX_DATAGRAM_SIZE = 65507;
/**
 * Further unread datagrams of one sender are dropped, as Windows drops those
 * that exceed its buffer.
 */
const MAX_UNREAD = 1024;

/** Called for a new sender, with the connection to it. */
export type OnSender = (connection: SocketConnection) => void;

/** One UDP socket, and the connections over it. */
export class UdpSocket {
  /** Its address. */
  readonly local: SocketAddress;
  readonly #socket: Socket;
  readonly #peers = new Map<string, UdpTransport>();
  readonly #onSender: OnSender | undefined;
  readonly #alive = new KeepAlive();
  #listening: boolean;

  private constructor(
    socket: Socket,
    local: SocketAddress,
    onSender: OnSender | undefined,
  ) {
    this.#socket = socket;
    this.local = local;
    this.#onSender = onSender;
    this.#listening = onSender !== undefined;
    this.setRef(true);
    socket.on("message", (bytes, { address: hostname, port }) => {
      this.#arrived(new Uint8Array(bytes), { hostname, port });
    });
    // Windows reports a datagram without a receiver as an error of the next
    // receive.
    socket.on("error", () => {});
  }

  /**
   * Binds a socket; with `onSender`, the first datagram of a sender opens a
   * connection.
   */
  static async bind(
    { hostname, port }: SocketAddress,
    onSender?: OnSender,
  ): Promise<UdpSocket> {
    loadTimers();
    requireNet(addressText({ hostname, port }));
    const socket = createSocket(hostname.includes(":") ? "udp6" : "udp4");
    // Before it receives: see KeepAlive.
    socket.unref();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once("error", reject);
    socket.bind(port, hostname, resolve);
    await promise;
    socket.off("error", reject);
    const { address, port: bound } = socket.address();
    return new UdpSocket(socket, { hostname: address, port: bound }, onSender);
  }

  /** The connection to one address. */
  connection(remote: SocketAddress): SocketConnection {
    const key = keyOf(remote);
    const transport = new UdpTransport(this.#socket, remote, () => {
      this.#peers.delete(key);
      this.#endIfUnused();
    });
    this.#peers.set(key, transport);
    return new SocketConnection(transport, this.local, remote);
  }

  /** Accepts no new senders. The socket stays open as long as a connection does. */
  endListening(): void {
    this.#listening = false;
    this.setRef(false);
    this.#endIfUnused();
  }

  /** Sets whether listening keeps the program alive. */
  setRef(refed: boolean): void {
    this.#alive.set(refed && this.#listening);
  }

  #arrived(bytes: Uint8Array<ArrayBuffer>, remote: SocketAddress): void {
    const key = keyOf(remote);
    if (!this.#peers.has(key)) {
      if (!this.#listening) return;
      this.#onSender!(this.connection(remote));
    }
    this.#peers.get(key)?.arrived(bytes);
  }

  #endIfUnused(): void {
    if (!this.#listening && this.#peers.size === 0) this.#socket.close();
  }
}

/**
 * `node:dgram` reports a missing permission to nobody: its `bind()` throws it
 * later, from the event loop, which ends the program.
 */
function requireNet(host: string): void {
  const { state } = Deno.permissions.requestSync({ name: "net", host });
  if (state !== "granted") throw netMissing(host);
}

function netMissing(host: string): Error {
  return new Deno.errors.NotCapable(
    `Cannot use UDP at "${host}": it is not allowed; run again with --allow-net=${host}`,
  );
}

/**
 * The same text for each spelling of an address: the datagrams of
 * `0:0:0:0:0:0:0:1` come from `::1`, and those of `fe80::1%3` from `fe80::1`.
 */
function keyOf({ hostname, port }: SocketAddress): string {
  // Only those of IPv6 have several spellings.
  if (!hostname.includes(":")) return `${hostname}:${port}`;
  const text = addressText({ hostname: hostname.replace(/%.*/, ""), port });
  return URL.parse(`http://${text}`)?.host ?? text;
}

/**
 * Keeps the program alive while it is set. The socket itself cannot be asked
 * to: its `ref()` and `unref()` only concern the receive after the pending one
 * (https://github.com/denoland/deno/blob/v2.9.5/ext/node/polyfills/internal_binding/udp_wrap.ts).
 */
class KeepAlive {
  #timer: ReturnType<typeof setInterval> | undefined;

  set(alive: boolean): void {
    if (alive) {
      this.#timer ??= setInterval(() => {}, MAX_DELAY);
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}

class UdpTransport implements Transport {
  readonly mode = "message";
  readonly #socket: Socket;
  readonly #remote: SocketAddress;
  readonly #onClose: () => void;
  readonly #unread: Uint8Array<ArrayBuffer>[] = [];
  readonly #alive = new KeepAlive();
  #refed = true;
  #waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer> | null> | undefined;
  #sending: PromiseWithResolvers<void> | undefined;

  constructor(socket: Socket, remote: SocketAddress, onClose: () => void) {
    this.#socket = socket;
    this.#remote = remote;
    this.#onClose = onClose;
  }

  arrived(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#waiting !== undefined) {
      this.#waiting.resolve(bytes);
      this.#waiting = undefined;
      this.#alive.set(false);
    } else if (this.#unread.length < MAX_UNREAD) this.#unread.push(bytes);
  }

  receive(): Promise<Uint8Array<ArrayBuffer> | null> {
    const next = this.#unread.shift();
    if (next !== undefined) return Promise.resolve(next);
    this.#waiting = Promise.withResolvers();
    this.#alive.set(this.#refed);
    return this.#waiting.promise;
  }

  async send(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength > MAX_DATAGRAM_SIZE) {
      throw new RangeError(
        `Cannot send ${
          counted(bytes.byteLength, "byte")
        } as a datagram: it holds ${MAX_DATAGRAM_SIZE}`,
      );
    }
    const { hostname, port } = this.#remote;
    const sending = this.#sending = Promise.withResolvers<void>();
    // A copy, because the caller may change the bytes before they are sent.
    this.#socket.send(
      Buffer.from(bytes),
      port,
      hostname,
      (error) => {
        if (!error) return sending.resolve();
        // Its code does not say that a permission is missing.
        const host = addressText(this.#remote);
        const isAllowed = isGranted({ name: "net", host });
        sending.reject(isAllowed ? error : netMissing(host));
      },
    );
    await sending.promise;
  }

  async closeWrite(): Promise<void> {
    await this.send(new Uint8Array(0));
  }

  close(): void {
    this.#alive.set(false);
    this.#onClose();
    const closed = new Deno.errors.BadResource("Closed");
    this.#waiting?.reject(closed);
    this.#waiting = undefined;
    // The socket does not call back for what it has not begun to send.
    this.#sending?.reject(closed);
  }

  setRef(refed: boolean): void {
    this.#refed = refed;
    this.#alive.set(refed && this.#waiting !== undefined);
  }
}
