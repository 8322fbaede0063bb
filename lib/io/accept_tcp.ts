/**
 * Accepting TCP connections.
 *
 * @module
 */

import { hasGone } from "./gone.ts";

/**
 * What `use` makes of the next connection. One that its client has reset is
 * passed over, before it was accepted (Microsoft: accept, `WSAECONNRESET`) or
 * before it can be used: one client never ends the listener.
 *
 * @throws what `accept()` of the listener throws, such as when it is closed
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
      if (hasGone(error)) continue;
      throw error;
    }
    try {
      return use(connection);
    } catch {
      connection.close();
    }
  }
}
