/**
 * The server behind `servePipe()`: `node:http` on the connections of a pipe.
 *
 * @module
 */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { concat } from "../io/concat.ts";
import {
  listenPipe,
  type PipeConnection,
  type PipeListener,
} from "../named_pipe/mod.ts";
import { type Client, close, completion, refuse } from "./client.ts";
import { nodeModule } from "../win32/node_modules.ts";
import { requestOf } from "./request.ts";
import { send } from "./response.ts";
import type {
  Checked,
  ServePipeHandler,
  ServePipeInfo,
} from "./serve_options.ts";
import { pipeSocket } from "./node_socket.ts";
import { UpgradedConnection } from "./upgrade/connection.ts";
import { UpgradeError } from "./upgrade/error.ts";
import {
  drainResponses,
  handOverWhenComplete,
  release,
  switching,
} from "./upgrade/node_http.ts";
import { type Upgrade, UpgradeOffer } from "./upgrade/offer.ts";

const MAX_HEAD = 65_536;
/** How much of an unread body is dropped before the connection is closed. */
const MAX_DROPPED = 1_048_576;
const MAX_DROP_MS = 5000;
/** How many requests a client may send before the first is answered. */
const MAX_PIPELINED = 128;
/** Answers to a request that `node:http` refuses, and to one that is too slow. */
const REFUSED = "400 Bad Request";
const TOO_LARGE = "431 Request Header Fields Too Large";
const TOO_SLOW = "408 Request Timeout";
/** Why a request ends before its response does. */
const TOO_MANY = `The client sent more than ${MAX_PIPELINED} requests at once`;

/**
 * An HTTP server on a pipe. Made by {@linkcode servePipe}.
 *
 * @example
 * ```ts
 * import { servePipe } from "@winipc/winipc";
 *
 * const server = servePipe(() => new Response("hello"), { pipe: "hello-api" });
 * server.unref(); // lets the program end while nothing else runs
 * await server.shutdown();
 * await server.finished;
 * ```
 */
export class PipeHttpServer implements AsyncDisposable {
  /** The full path of the pipe. */
  readonly name: string;
  /**
   * Resolves when the server is closed and its connections have ended. Rejects
   * if the pipe fails.
   */
  readonly finished: Promise<void>;
  readonly #options: Checked;
  readonly #handler: ServePipeHandler;
  readonly #listener: PipeListener;
  readonly #http: Server;
  readonly #clients = new Map<object, Client>();
  readonly #running = new Set<Promise<unknown>>();
  #closing = false;
  #refed = true;

  /** Use {@linkcode servePipe}. */
  constructor(options: Checked, handler: ServePipeHandler) {
    const { pipe, signal, listening, onListen } = options;
    signal?.throwIfAborted();
    this.#options = options;
    this.#handler = handler;
    this.#listener = listenPipe(pipe, listening);
    this.name = this.#listener.name;
    this.#http = this.#createHttp();
    const abort = () => this.#close(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.finished = this.#accept()
      .finally(() => signal?.removeEventListener("abort", abort));
    // `shutdown()` is enough for a program that does not await it.
    this.finished.catch(() => {});
    try {
      onListen(this.name);
    } catch (error) {
      // The caller gets no object that it could close.
      this.#close(error);
      throw error;
    }
  }

  /** Keeps the program alive; this is the default. */
  ref(): void {
    this.#setRef(true);
  }

  /** Lets the program end while the server waits for requests. */
  unref(): void {
    this.#setRef(false);
  }

  /**
   * Stops listening, closes idle connections, and resolves when the pending
   * requests are answered and their connections closed. A response that does
   * not end, such as a stream of events, keeps it waiting: end it yourself, or
   * abort the option `signal`. So does a connection of `info.upgrade()`;
   * WebSockets are closed with the code 1001; a client that neither answers nor
   * reads has 2 s. Meanwhile new clients find the pipe busy and wait.
   */
  async shutdown(): Promise<void> {
    // Keeps the program alive until the awaited end.
    this.ref();
    this.#closing = true;
    await this.#listener[Symbol.asyncDispose]();
    for (const { socket, pending, upgrade } of this.#clients.values()) {
      if (pending.size === 0) socket.destroy();
      upgrade?.goAway();
    }
    await this.finished;
  }

  /** Shuts down, like {@linkcode PipeHttpServer.shutdown}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Closes everything at once. */
  #close(reason: unknown): void {
    this.#closing = true;
    this.#listener.close();
    for (const client of this.#clients.values()) {
      client.upgrade?.goAway();
      close(client, reason);
    }
  }

  #setRef(refed: boolean): void {
    this.#refed = refed;
    const apply = (object: { ref(): void; unref(): void }) =>
      refed ? object.ref() : object.unref();
    apply(this.#listener);
    for (const { connection } of this.#clients.values()) apply(connection);
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) this.#serve(connection);
    } catch (error) {
      this.#close(error);
      throw error;
    } finally {
      while (this.#running.size > 0) await Promise.all(this.#running);
    }
  }

  #serve(connection: PipeConnection): void {
    if (!this.#refed) connection.unref();
    const { promise, resolve } = Promise.withResolvers<void>();
    const socket = pipeSocket(connection, {
      received: (size) => this.#received(client, size),
      left: () => {
        for (const each of client.pending) each.emit("close");
      },
      closed: () => {
        clearTimeout(client.headTimer);
        this.#clients.delete(socket);
        // `node:http` forgets those that wait for an earlier one.
        for (const each of client.pending) {
          each.destroyed = true;
          each.emit("close");
        }
        resolve();
      },
    });
    const client: Client = {
      connection,
      socket,
      pending: new Set(),
      headTimer: undefined,
      droppable: Infinity,
      upgrade: undefined,
      early: new Uint8Array(0),
      answered: Promise.resolve(),
      closed: undefined,
    };
    this.#track(promise);
    this.#clients.set(socket, client);
    this.#awaitHead(client);
    this.#http.emit("connection", socket);
    if (this.#closing) socket.destroy();
  }

  #track(promise: Promise<unknown>): void {
    this.#running.add(promise);
    void promise.finally(() => this.#running.delete(promise));
  }

  #received(client: Client, size: number): void {
    if (client.pending.size === 0) {
      if (client.headTimer === undefined) this.#awaitHead(client);
      return;
    }
    client.droppable -= size;
    if (client.droppable < 0) client.socket.destroy();
  }

  #awaitHead(client: Client): void {
    client.headTimer = setTimeout(() => {
      refuse(client, TOO_SLOW);
    }, this.#options.headTimeout);
    Deno.unrefTimer(client.headTimer);
  }

  #createHttp(): Server {
    const { keepAliveTimeout } = this.#options;
    const options = {
      keepAliveTimeout,
      maxHeaderSize: MAX_HEAD,
      // Those would need a check at an interval: see `headTimeout`.
      headersTimeout: 0,
      requestTimeout: 0,
      // It is a request first: a client may only offer the upgrade, send a
      // body, or wait for earlier responses.
      shouldUpgradeCallback: (message: IncomingMessage) => {
        handOverWhenComplete(message);
        return false;
      },
    };
    const http = nodeModule("node:http").createServer(options);
    // Deno's `node:http` closes the connections of a server that does not
    // listen after each response (ext/node/polyfills/_http_server.js,
    // `resOnFinish`), and this one has no port.
    Object.defineProperty(http, "listening", { get: () => !this.#closing });
    const begin =
      (expects: boolean) => (message: IncomingMessage, to: ServerResponse) =>
        this.#track(this.#exchange(message, to, expects));
    http.on("request", begin(false));
    http.on("checkContinue", begin(true));
    http.on("upgrade", (_message, socket, head) => {
      const client = this.#clients.get(socket);
      if (client === undefined) return;
      client.early = head;
      drainResponses(client.socket, client.pending);
    });
    http.on("connect", (_message, socket) => {
      const client = this.#clients.get(socket);
      if (client !== undefined) refuse(client, "501 Not Implemented");
    });
    http.on("clientError", (error: Error & { code?: string }, socket) => {
      const client = this.#clients.get(socket);
      const refused = error.code?.startsWith("HPE_") === true;
      if (client === undefined || !refused) socket.destroy();
      else {
        const overflow = error.code === "HPE_HEADER_OVERFLOW";
        refuse(client, overflow ? TOO_LARGE : REFUSED);
      }
    });
    return http;
  }

  async #exchange(
    message: IncomingMessage,
    to: ServerResponse,
    expects: boolean,
  ): Promise<void> {
    const client = this.#clients.get(message.socket);
    if (client === undefined || client.socket.destroyed) return;
    if (client.pending.size === MAX_PIPELINED) {
      return close(client, new Deno.errors.InvalidData(TOO_MANY));
    }
    clearTimeout(client.headTimer);
    client.headTimer = undefined;
    client.pending.add(to);
    const earlier = client.answered;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    client.answered = earlier.then(() => promise);
    const over = new AbortController();
    const { completed, complete } = completion(to, client, over);
    const left = completed.catch(() => {});
    /** What `handle` answers; undefined if the client leaves before. */
    const answer = async (handle: () => Response | Promise<Response>) => {
      const response = this.#respond(handle);
      await Promise.race([response, left]);
      if (!over.signal.aborted) return { response: await response };
      // The handler may still read what the client sent before it left.
      handled = discard(response);
    };
    let handled: Promise<void> | undefined;
    let offer: UpgradeOffer | undefined;
    let drop = () => {};
    try {
      let request: Request;
      const accept = () => {
        // Behind the head of the response it would be a part of its body.
        if (expects && !to.headersSent) to.writeContinue();
        expects = false;
      };
      try {
        ({ request, drop } = requestOf(message, {
          signal: over.signal,
          pull: accept,
          closed: () => client.closed,
        }));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        const refusal = new Response(null, { status: 400 });
        return await send(refusal, to, over.signal);
      }
      offer = new UpgradeOffer(request, message.httpVersion);
      const info = infoOf(client.connection, completed, offer);
      const answered = await answer(() => this.#handler(request, info));
      if (answered === undefined) return;
      const upgrade = offer.of(answered.response);
      if (upgrade !== undefined) {
        accept();
        await this.#rest(client, message, drop);
        // A client may have an answer before this side learns that it is written.
        await earlier;
        await this.#switch(client, to, upgrade);
        if (client.upgrade !== undefined) complete();
        return;
      }
      // Behind an upgrade that it offered, a client may have sent anything.
      if (message.headers.upgrade !== undefined) {
        to.setHeader("connection", "close");
      }
      // Without "100 Continue", a client may or may not send its body.
      if (expects) to.setHeader("connection", "close");
      try {
        await send(answered.response, to, over.signal);
      } catch (error) {
        // A body that fails leaves a response without an end.
        if (to.headersSent) close(client, error);
        const other = await answer(() => Promise.reject(error));
        if (other !== undefined && !to.headersSent) {
          await send(other.response, to, over.signal);
        }
      }
    } catch (error) {
      // onError failed, or its response cannot be sent.
      // deno-lint-ignore no-console -- there is nobody else to tell.
      console.error(error);
      close(client, error);
    } finally {
      if (client.upgrade === undefined) {
        offer?.cancel();
        if (handled === undefined) await this.#rest(client, message, drop);
        else void handled.then(drop);
        client.pending.delete(to);
        // `node:http` reads no more behind it, and does not notice its end.
        if (message.headers.upgrade !== undefined) client.socket.destroySoon();
        if (this.#closing && client.pending.size === 0) client.socket.destroy();
      }
      end();
    }
  }

  /** Writes the response of `upgrade`, behind which the connection is its. */
  async #switch(
    client: Client,
    to: ServerResponse,
    upgrade: Upgrade,
  ): Promise<void> {
    const { connection, socket } = client;
    if (socket.destroyed) return;
    try {
      const rest = await release(socket, to);
      const upgraded = new UpgradedConnection(
        connection,
        concat([client.early, rest]),
        () => socket.destroy(),
      );
      await upgrade.complete();
      await upgraded.write(switching(upgrade.response));
      client.upgrade = upgrade;
      upgrade.begin(upgraded);
      if (this.#closing) upgrade.goAway();
    } catch {
      // The client has left, or the server was closed.
      socket.destroy();
    }
  }

  async #respond(
    handle: () => Response | Promise<Response>,
  ): Promise<Response> {
    try {
      return await handle();
    } catch (error) {
      if (error instanceof UpgradeError) return error.response();
      return await this.#options.onError(error);
    }
  }

  /** Drops what is left of the body, within limits. */
  async #rest(
    client: Client,
    message: IncomingMessage,
    drop: () => void,
  ): Promise<void> {
    const { socket } = client;
    if (message.complete || socket.destroyed) return drop();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => socket.destroy(), MAX_DROP_MS);
    Deno.unrefTimer(timer);
    client.droppable = MAX_DROPPED;
    message.once("end", resolve);
    socket.once("close", resolve);
    drop();
    await promise;
    clearTimeout(timer);
    socket.off("close", resolve);
    client.droppable = Infinity;
  }
}

/** Drops the answer to a client that has left. It may never come. */
async function discard(answer: Promise<Response>): Promise<void> {
  try {
    void (await answer).body?.cancel().catch(() => {});
  } catch {
    // onError has failed, or there is no response.
  }
}

function infoOf(
  connection: PipeConnection,
  completed: Promise<void>,
  offer: UpgradeOffer,
): ServePipeInfo {
  return {
    get peer() {
      return connection.peer();
    },
    user: () => connection.peerUser(),
    completed,
    upgradeWebSocket: (options) => offer.upgradeWebSocket(options),
    upgrade: (protocol) => offer.upgrade(protocol),
  };
}
