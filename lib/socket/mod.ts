/**
 * Sockets on this computer, with the interface of pipes: TCP for bytes and UDP
 * for messages.
 *
 * They are Deno's own sockets, without native calls, so the same program can
 * use a pipe or a socket. Other computers can connect only with `allowRemote`.
 *
 * @example Both processes in one
 * ```ts
 * import { connectSocket, listenSocket } from "@winipc/winipc";
 *
 * await using listener = await listenSocket(0);
 * await using client = await connectSocket(listener.local.port);
 * await client.write(new TextEncoder().encode("hello"));
 * ```
 *
 * @module
 */

export type { SocketAddress } from "../io/remote/socket_address.ts";
export { connectSocket, type ConnectSocketOptions } from "./connect.ts";
export { SocketConnection } from "./connection.ts";
export {
  listenSocket,
  type ListenSocketOptions,
  SocketListener,
  type SocketTransport,
} from "./listener.ts";
export {
  BaseConnection,
  type PipeMode,
  type ReadMessageOptions,
} from "../io/stream/base_connection.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
