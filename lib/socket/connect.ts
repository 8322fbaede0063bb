/**
 * Connecting to a socket.
 *
 * @module
 */

import { checkBoolean, checkChoice } from "../io/checks.ts";
import { LONG_DELAYS, retry } from "../io/wait/retry.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import {
  addressText,
  checkReach,
  LOCALHOST,
  LOOPBACK,
  parseAddress,
} from "../io/remote/socket_address.ts";
import type { SocketConnection } from "./connection.ts";
import type { SocketTransport } from "./listener.ts";
import { dialTcp } from "../io/remote/dial_tcp.ts";
import { tcpConnection } from "./tcp.ts";

/** The options of {@linkcode connectSocket}. */
export interface ConnectSocketOptions extends WaitOptions {
  /**
   * TCP, which carries bytes, or UDP, which carries datagrams and cannot tell
   * whether the other side exists.
   *
   * @default {"tcp"}
   */
  transport?: SocketTransport | undefined;
  /**
   * Allows an address of another computer.
   *
   * @default {false}
   */
  allowRemote?: boolean | undefined;
  /**
   * Waits for a server if none listens yet, instead of failing with
   * `ConnectionRefused`. It tries again every few milliseconds, and later less
   * often; Windows may take 2 s for each attempt. UDP does not wait.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
}

/**
 * Connects to `address`: a port of this computer (`8080`), or a full address
 * (`"[::1]:8080"`). Other computers need `allowRemote`. For `localhost`, TCP
 * tries `127.0.0.1`, then `::1`.
 *
 * Uses `Deno.connect`, or `node:dgram` for UDP. Needs `--allow-net`, and no
 * native library.
 *
 * @throws {Deno.errors.ConnectionRefused} when no server listens there (TCP)
 * @throws {Deno.errors.NotCapable} without `--allow-net`
 * @throws {TypeError} for a bad address or option, {@linkcode RangeError} for a
 * port out of range
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { connectSocket, listenSocket } from "@winipc/winipc";
 *
 * await using listener = await listenSocket(); // a server, on a port of its own
 * const answered = listener.accept().then(({ readable, writable }) =>
 *   readable.pipeTo(writable)
 * );
 *
 * const { port } = listener.local;
 * await using connection = await connectSocket(port, { timeout: 5000 });
 * await connection.write(new TextEncoder().encode("hello"));
 * await connection.closeWrite();
 * console.log(await new Response(connection.readable).text());
 * await answered;
 * ```
 */
export async function connectSocket(
  address: number | string,
  options: ConnectSocketOptions = {},
): Promise<SocketConnection> {
  const { transport = "tcp", allowRemote = false } = options;
  const { waitForPeer = false } = options;
  const { hostname: given, port } = parseAddress(address);
  const hostname = given === LOCALHOST && transport === "udp"
    ? LOOPBACK
    : given;
  checkChoice("transport", transport, ["tcp", "udp"]);
  checkReach(hostname, allowRemote);
  checkBoolean("waitForPeer", waitForPeer);
  checkWait(options);
  if (transport === "udp") {
    if (!/^(?:[\d.]+|.*:.*)$/.test(hostname)) {
      throw new TypeError(
        `Invalid address ${address}: UDP needs an address, not a name`,
      );
    }
    const any = hostname.includes(":") ? "::" : "0.0.0.0";
    const local = allowRemote ? any : hostname === "::1" ? "::1" : LOOPBACK;
    const { UdpSocket } = await import("./udp.ts");
    const socket = await UdpSocket.bind({ hostname: local, port: 0 });
    return socket.connection({ hostname, port });
  }
  const wait = withTimeoutMessage(
    options,
    () =>
      `Cannot connect to "${addressText({ hostname, port })}": nobody answered`,
  );
  return await retry(wait, LONG_DELAYS, async (left) => {
    try {
      return tcpConnection(await dialTcp({ hostname, port }, left));
    } catch (error) {
      const absent = error instanceof Deno.errors.ConnectionRefused;
      if (!waitForPeer || !absent) throw error;
    }
  });
}
