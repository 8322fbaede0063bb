/**
 * An HTTP server on a named pipe, in the shape of `Deno.serve`.
 *
 * @module
 */

import {
  parseOptions,
  type ServePipeHandler,
  type ServePipeOptions,
} from "./serve_options.ts";
import { PipeHttpServer } from "./server.ts";

/**
 * Serves HTTP/1.1 on the pipe of the options, like `Deno.serve` on a port.
 * Only clients that the pipe's security descriptor (`sddl`) lets in can connect,
 * and without `allowRemote` none from other computers. Clients are
 * {@linkcode pipeFetch}, and by their `socketPath` Node's `http` and undici;
 * curl has no pipes.
 *
 * Bodies stream in both directions, and connections are reused. `100 Continue`
 * is sent when the body of the request is first read. `request.signal` is
 * aborted when the client leaves before it has the whole response, or, with the
 * reason of that signal, when the option `signal` closes the server; if more than 64 KiB of the request's body
 * wait to be read, that the client has left is noticed later. Of a body that
 * the handler does not read, 1 MiB is dropped; then the connection is closed. A
 * GET or HEAD has no body.
 *
 * `info.upgradeWebSocket()` makes a WebSocket of a request, and
 * `info.upgrade()` changes to another protocol, as Docker does for terminals. A
 * WebSocket ends a client that is silent, does not read or breaks RFC 6455. A
 * request that only offers an upgrade, such as `h2c`, gets its response, and
 * its connection is closed.
 *
 * HTTP is that of `node:http`, whose parser refuses ambiguous requests. It
 * needs kernel32.dll, and no permission for the network.
 *
 * @throws {Deno.errors.AddrInUse} when the name is taken
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for kernel32.dll
 * @throws {TypeError} for a bad name or option
 * @throws the errors of
 * {@linkcode listenPipe}
 *
 * @example
 * ```ts
 * import { pipeFetch, servePipe } from "@winipc/winipc";
 *
 * await using server = servePipe({ pipe: "greeter" }, (request, { peer }) => {
 *   const { pathname } = new URL(request.url);
 *   return Response.json({ pathname, pid: peer.pid });
 * });
 *
 * const response = await pipeFetch("http://./hello", { pipe: "greeter" });
 * console.log(await response.json()); // { pathname: "/hello", pid: … }
 * ```
 *
 * @example A WebSocket
 * ```ts
 * import { servePipe } from "@winipc/winipc";
 *
 * await using server = servePipe({ pipe: "chat" }, (_request, info) => {
 *   const { socket, response } = info.upgradeWebSocket();
 *   socket.onmessage = ({ data }) => socket.send(`You said ${data}`);
 *   return response;
 * });
 * // In Node: new (require("ws"))("ws+unix:\\\\.\\pipe\\chat:/")
 * ```
 */
export function servePipe(
  options: ServePipeOptions,
  handler: ServePipeHandler,
): PipeHttpServer;
/** Serves HTTP with the handler first, like `Deno.serve`. */
export function servePipe(
  handler: ServePipeHandler,
  options: ServePipeOptions,
): PipeHttpServer;
export function servePipe(
  a: ServePipeOptions | ServePipeHandler,
  b: ServePipeOptions | ServePipeHandler,
): PipeHttpServer {
  const [options, handler] = typeof a === "function" ? [b, a] : [a, b];
  if (typeof handler !== "function" || typeof options === "function") {
    throw new TypeError("Invalid arguments: give options and a handler");
  }
  return new PipeHttpServer(parseOptions(options), handler);
}
