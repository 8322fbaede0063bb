/**
 * Named pipes: a server listens on a name ({@linkcode listenPipe}), and any
 * number of clients connect ({@linkcode connectPipe}). They are not Unix's named
 * pipes (FIFOs): each client has a connection of its own, in both directions, as
 * with a Unix domain socket.
 *
 * A listener always keeps instances of its pipe ready, so that no client finds
 * the pipe missing. It rejects clients from other computers and fails if the
 * name is taken. A connection carries bytes, or messages of any size, in both
 * directions. The server can ask for the process, session and user at the other
 * end.
 *
 * The last reply survives a close: the client can still read it. All handles
 * are overlapped, on the completion port that all of winipc shares, so waiting
 * needs no thread and can be aborted.
 *
 * @example Both processes in one
 * ```ts
 * import { connectPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("greeter");
 * await using client = await connectPipe("greeter");
 * await using server = await listener.accept();
 * await server.write(new TextEncoder().encode("hello"));
 * const buffer = new Uint8Array(64);
 * const length = await client.read(buffer);
 * console.log(new TextDecoder().decode(buffer.subarray(0, length ?? 0)));
 * ```
 *
 * @module
 */

export { callPipe, type CallPipeOptions } from "./call.ts";
export {
  connectPipe,
  type ConnectPipeOptions,
  type ImpersonationLevel,
} from "./connect.ts";
export { PipeConnection, type PipePeek } from "./connection.ts";
export { type ListedPipe, listPipes, type PipeInfo, pipeInfo } from "./info.ts";
export type { PipeAccess } from "./instance.ts";
export {
  listenPipe,
  type ListenPipeOptions,
  type WaitForNameOptions,
} from "./listen.ts";
export { PipeListener } from "./listener.ts";
export type { PipePeer, PipeRole, PipeUser } from "./peer.ts";
// Types that the signatures above mention, so that the documentation is complete.
export { Win32Error } from "../win32/error.ts";
export { Connection } from "../io/stream/connection.ts";
export {
  BaseConnection,
  type PipeMode,
  type ReadMessageOptions,
} from "../io/stream/base_connection.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
