/**
 * Accepting TCP connections.
 *
 * @module
 */

import { isPeerGone } from "../../peer_gone.ts";

/**
 * Returns the result of `use` for the next connection. A connection that its
 * client has reset is skipped, before the accept (Microsoft: accept,
 * `WSAECONNRESET`) or before its first use: one client must not end the
 * listener.
 *
 * @throws the errors of the listener's `accept()`, for example when it is
 * closed
 */
export async function acceptTcp<T>(
  listener: Deno.TcpListener,
  use: (connection: Deno.TcpConn) => T,
): Promise<T> {
  for (;;) {
    let connection: Deno.TcpConn;
    try {
      connection = await listener.accept();
    } catch (error) {
      if (isPeerGone(error)) continue;
      throw error;
    }
    try {
      return use(connection);
    } catch {
      connection.close();
    }
  }
}
