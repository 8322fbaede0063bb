/**
 * Sockets over TCP.
 *
 * @module
 */

import type { SocketAddress } from "../io/remote/socket_address.ts";
import { checkUnresized } from "../win32/check_unresized.ts";
import { SocketConnection, type Transport } from "./connection.ts";

const CHUNK = 65536;

/** Creates the connection over `socket`. */
export function tcpConnection(socket: Deno.TcpConn): SocketConnection {
  // Small writes are sent at once, as on a pipe.
  socket.setNoDelay(true);
  return new SocketConnection(
    new TcpTransport(socket),
    addressOf(socket.localAddr),
    addressOf(socket.remoteAddr),
  );
}

/** An address without Deno's other properties. */
export function addressOf({ hostname, port }: Deno.NetAddr): SocketAddress {
  return { hostname, port };
}

class TcpTransport implements Transport {
  readonly mode = "byte";
  readonly #socket: Deno.TcpConn;

  constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  async receive(): Promise<Uint8Array<ArrayBuffer> | null> {
    const buffer = new Uint8Array(CHUNK);
    const length = await this.#socket.read(buffer);
    return length === null ? null : buffer.subarray(0, length);
  }

  async send(bytes: Uint8Array): Promise<void> {
    const size = bytes.byteLength;
    for (let at = 0; at < size;) {
      checkUnresized(bytes, size);
      at += await this.#socket.write(bytes.subarray(at));
    }
  }

  async closeWrite(): Promise<void> {
    await this.#socket.closeWrite();
  }

  close(): void {
    this.#socket.close();
  }

  setRef(refed: boolean): void {
    refed ? this.#socket.ref() : this.#socket.unref();
  }
}
