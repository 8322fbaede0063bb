/**
 * HTTP servers on named pipes, in the shape of `Deno.serve`.
 *
 * A handler can also take a connection for another protocol, such as
 * WebSockets.
 *
 * `pipe-fetch` is the client.
 *
 * @example
 * ```ts
 * import { pipeFetch, servePipe } from "@winipc/winipc";
 *
 * await using server = servePipe(
 *   { pipe: "clock" },
 *   () => Response.json({ now: Date.now() }),
 * );
 * console.log(await (await pipeFetch("http://./", { pipe: "clock" })).json());
 * ```
 *
 * @module
 */

// serve.ts is the entry point. Each connection is a socket (node_socket.ts) of a
// `node:http` server without a port, which parses and writes HTTP; request.ts and
// response.ts translate to `Request` and from `Response`. upgrade/ takes a
// connection from it for another protocol, such as that of web_socket/: Deno
// makes WebSockets of TCP connections alone (`handle.takeStream` in its
// ext/http/02_websocket.ts).
export { servePipe } from "./serve.ts";
export type {
  ServePipeHandler,
  ServePipeInfo,
  ServePipeOptions,
  ServePipeUpgrade,
  ServePipeWebSocket,
  ServePipeWebSocketOptions,
} from "./serve_options.ts";
export { PipeHttpServer } from "./server.ts";
export type {
  ListenPipeOptions,
  PipePeer,
  PipeUser,
} from "../named_pipe/mod.ts";
export type { PipeMode } from "../io/stream/base_connection.ts";
export { Win32Error } from "../win32/error.ts";
