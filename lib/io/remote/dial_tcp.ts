/**
 * Connecting by TCP.
 *
 * @module
 */

import { remaining, type WaitOptions } from "../wait/wait_options.ts";
import { LOCALHOST, LOOPBACK, type SocketAddress } from "./socket_address.ts";
import { abortable } from "../wait/abortable.ts";

/**
 * Connects. `localhost` means this computer in both address families: a server
 * may listen in one of them only (Node's `listen(port, "localhost")` uses `::1`
 * on Windows), and `Deno.connect` of the name would need a permission for it.
 */
export async function dialTcp(
  { hostname, port }: SocketAddress,
  wait: WaitOptions,
): Promise<Deno.TcpConn> {
  if (hostname !== LOCALHOST) return await dial(hostname, port, wait);
  const since = performance.now();
  try {
    return await dial(LOOPBACK, port, wait);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    try {
      return await dial("::1", port, remaining(wait, since));
    } catch (second) {
      // Without IPv6, or permission for it, the first error is more helpful.
      throw second instanceof Deno.errors.ConnectionRefused ||
          second instanceof Deno.errors.NotCapable ||
          second instanceof Deno.errors.AddrNotAvailable
        ? error
        : second;
    }
  }
}

async function dial(
  hostname: string,
  port: number,
  wait: WaitOptions,
): Promise<Deno.TcpConn> {
  const attempt = new AbortController();
  const { signal } = attempt;
  const connecting = Deno.connect({ transport: "tcp", hostname, port, signal });
  let socket: Deno.TcpConn;
  try {
    socket = await abortable(connecting, wait);
  } catch (error) {
    // Windows tries a closed port for 2 s (libuv, src/win/tcp.c), and a computer
    // that does not answer for longer.
    attempt.abort();
    // A connection that came meanwhile is closed.
    connecting.then((late) => late.close(), () => {});
    throw error;
  }
  if (!isOwnEnd(socket)) return socket;
  socket.close();
  throw new Deno.errors.ConnectionRefused(
    `Cannot connect to port ${port}: nobody listens there`,
  );
}

/**
 * A client that tries a port again and again may get that port as its own, and
 * then TCP connects it to itself (RFC 9293, 3.5, simultaneous open).
 */
function isOwnEnd({ localAddr, remoteAddr }: Deno.TcpConn): boolean {
  return localAddr.port === remoteAddr.port &&
    localAddr.hostname === remoteAddr.hostname;
}
