/**
 * The options of a server on a pipe, and what its handler gets.
 *
 * @module
 */

import { checkFunction, checkInteger } from "../io/checks.ts";
import { MAX_DELAY } from "../io/wait/on_abort.ts";
import type { BaseConnection } from "../io/stream/base_connection.ts";
import type {
  ListenPipeOptions,
  PipePeer,
  PipeUser,
} from "../named_pipe/mod.ts";

/** The client of a request, and its end. */
export interface ServePipeInfo {
  /** The process of the client: its pid and its session. */
  readonly peer: PipePeer;
  /**
   * The account of the client; needs advapi32.dll. It throws for a client that
   * connected anonymously.
   */
  user(): PipeUser;
  /**
   * Resolves when the response is written. Rejects with
   * {@linkcode Deno.errors.BrokenPipe} if the client left before, with the
   * error of a body that failed, or with the reason of the option `signal`.
   */
  readonly completed: Promise<void>;
  /**
   * Makes a WebSocket of the request, like `Deno.upgradeWebSocket`. It opens
   * when the handler returns `response`, whose headers may be added to.
   *
   * The WebSocket counts as a pending request. A shutdown closes it with the
   * code 1001, and so does the option `signal`.
   *
   * @throws {TypeError} for a request that is not for a WebSocket; if the
   * handler does not catch it, the client gets the status 426 or 400
   *
   * @example
   * ```ts
   * import { servePipe } from "@winipc/winipc";
   *
   * const sockets = new Set<WebSocket>();
   * await using server = servePipe({ pipe: "news" }, (_request, info) => {
   *   const { socket, response } = info.upgradeWebSocket({ idleTimeout: 10_000 });
   *   socket.onopen = () => sockets.add(socket);
   *   socket.onclose = () => sockets.delete(socket);
   *   return response;
   * });
   * for (const socket of sockets) socket.send("to all");
   * ```
   */
  upgradeWebSocket(options?: ServePipeWebSocketOptions): ServePipeWebSocket;
  /**
   * Changes to another protocol, which the request must offer by its `Upgrade`
   * header. The connection is the handler's when it has returned `response`,
   * whose headers may be added to. The unread rest of the request's body is
   * dropped.
   *
   * The connection counts as a pending request: a shutdown waits until it is
   * closed.
   *
   * @throws {TypeError} for a request that does not offer `protocol`; if the
   * handler does not catch it, the client gets the status 426
   *
   * @example
   * ```ts
   * import { servePipe } from "@winipc/winipc";
   *
   * await using server = servePipe({ pipe: "engine" }, (_request, info) => {
   *   const { response, connection } = info.upgrade("tcp");
   *   response.headers.set("content-type", "application/vnd.docker.raw-stream");
   *   connection.then(({ readable, writable }) => readable.pipeTo(writable))
   *     .catch((error) => console.error("The client has left", error));
   *   return response;
   * });
   * ```
   */
  upgrade(protocol: string): ServePipeUpgrade;
}

/** The options of {@linkcode ServePipeInfo.upgradeWebSocket}. */
export interface ServePipeWebSocketOptions {
  /** The subprotocol, which the client must offer. */
  protocol?: string | undefined;
  /**
   * The longest message to take, in bytes. A longer one closes the WebSocket
   * with the code 1009.
   *
   * @default {67108864}
   */
  maxMessageSize?: number | undefined;
  /**
   * How long a client may be silent, in ms (`Deno.upgradeWebSocket` counts
   * seconds); 0 means forever. After half of it the client gets a ping.
   *
   * @default {30000}
   */
  idleTimeout?: number | undefined;
}

/** A WebSocket, and the response that opens it. */
export interface ServePipeWebSocket {
  /** The response that the handler must return. */
  readonly response: Response;
  /** The WebSocket. It has no extensions. */
  readonly socket: WebSocket;
}

/** A connection with another protocol, and the response that begins it. */
export interface ServePipeUpgrade {
  /** The response that the handler must return. */
  readonly response: Response;
  /**
   * Resolves when the response is written, to the connection, which is yours to
   * close. Rejects with {@linkcode Deno.errors.BrokenPipe} if the client left
   * before, or the handler returned another response.
   */
  readonly connection: Promise<BaseConnection>;
}

/** Answers a request. */
export type ServePipeHandler = (
  request: Request,
  info: ServePipeInfo,
) => Response | Promise<Response>;

/** The options of {@linkcode servePipe}: also those of `listenPipe`. */
export interface ServePipeOptions extends Omit<ListenPipeOptions, "access"> {
  /** The name of the pipe: bare (`app`), or a full path (`\\.\pipe\app`). */
  pipe: string;
  /** Closes the server and all its connections when it is aborted. */
  signal?: AbortSignal | undefined;
  /** Called when clients can connect, with the full path of the pipe. */
  onListen?: ((name: string) => void) | undefined;
  /**
   * Called with an error of the handler; returns the response to send. It is
   * also called if the body of a response fails, whose connection is closed
   * then.
   *
   * @default prints the error, and answers with the status 500
   */
  onError?: ((error: unknown) => Response | Promise<Response>) | undefined;
  /**
   * How long a client may take for the head of a request, in ms. A connection
   * that takes longer is closed with the status 408.
   *
   * @default {60000}
   */
  headTimeout?: number | undefined;
  /**
   * How long an idle connection is kept for another request, in ms; 0 means
   * forever. With `maxInstances`, each idle connection occupies an instance.
   *
   * @default {5000}
   */
  keepAliveTimeout?: number | undefined;
}

/** The options, checked, with their defaults. */
export interface Checked {
  readonly listening: ListenPipeOptions & { timeout?: undefined };
  readonly pipe: string;
  readonly signal: AbortSignal | undefined;
  readonly onListen: (name: string) => void;
  readonly onError: (error: unknown) => Response | Promise<Response>;
  readonly headTimeout: number;
  readonly keepAliveTimeout: number;
}

/** Checks the options. */
export function parseOptions(options: ServePipeOptions): Checked {
  const {
    pipe,
    signal,
    onListen = () => {},
    onError = internalError,
    headTimeout = 60_000,
    keepAliveTimeout = 5000,
  } = options;
  checkInteger("headTimeout", headTimeout, 1, MAX_DELAY);
  checkInteger("keepAliveTimeout", keepAliveTimeout, 0, MAX_DELAY);
  checkFunction("onListen", onListen);
  checkFunction("onError", onError);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Invalid signal: give an AbortSignal");
  }
  const { mode, maxInstances, backlog, allowRemote } = options;
  const { inputBuffer, outputBuffer, sddl } = options;
  const listening = {
    mode,
    maxInstances,
    backlog,
    allowRemote,
    inputBuffer,
    outputBuffer,
    sddl,
    access: "read-write",
    timeout: undefined,
  } as const;
  return {
    pipe,
    signal,
    onListen,
    onError,
    headTimeout,
    keepAliveTimeout,
    listening,
  };
}

function internalError(error: unknown): Response {
  // deno-lint-ignore no-console -- as Deno.serve; onError replaces it.
  console.error(error);
  return new Response("Internal Server Error", { status: 500 });
}
