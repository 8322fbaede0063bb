/**
 * The request of a WebSocket as servers expect it.
 *
 * Deno sends a proxy the whole URL (`handshake_http1` in its
 * ext/websocket/lib.rs), but a server gets only the path and the query
 * (RFC 9112, section 3.2.1), and many servers refuse anything else.
 *
 * @module
 */

const CHUNK = 65_536;

const encoder = new TextEncoder();

/**
 * Passes the first bytes of a request from `from` to `to`, without the
 * `http://HOST` of its URL. `host` is the one in the URL.
 */
export async function passRequestStart(
  from: Deno.Conn,
  to: Deno.Conn,
  host: string,
): Promise<void> {
  const whole = encoder.encode(`GET http://${host}/`);
  const short = encoder.encode("GET /");
  const buffer = new Uint8Array(CHUNK);
  let size = 0;
  while (size < whole.byteLength) {
    const length = await from.read(buffer.subarray(size));
    // The WebSocket reports the reason.
    if (length === null) return;
    size += length;
  }
  let at = 0;
  if (whole.every((byte, index) => byte === buffer[index])) {
    at = whole.byteLength - short.byteLength;
    buffer.set(short, at);
  }
  while (at < size) at += await to.write(buffer.subarray(at, size));
}
