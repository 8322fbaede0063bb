/**
 * HTTP connections over a pipe, which are kept for the next request.
 *
 * @module
 */

import { Agent, type ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import { objectPath } from "../io/name.ts";
import { connectPipe } from "../named_pipe/connect.ts";
import { PipeSocket } from "./http_duplex.ts";

/**
 * The connections to one pipe. Made by {@linkcode createPipeClient}.
 *
 * @example
 * ```ts
 * import { createPipeClient } from "@winipc/winipc";
 *
 * using client = createPipeClient("docker_engine");
 * console.log(client.name); // nothing is connected before the first request
 * ```
 */
export class PipeClient implements Disposable {
  /** The pipe's name as a whole path. */
  readonly name: string;
  /**
   * What Node's `http` takes.
   *
   * @ignore
   */
  readonly agent: Agent;

  /** Use {@linkcode createPipeClient}. */
  constructor(name: string) {
    this.name = name;
    this.agent = new PipeAgent(name);
  }

  /** Closes its connections; requests that are under way fail. */
  close(): void {
    this.agent.destroy();
  }

  /** Closes its connections, like {@linkcode PipeClient.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * A client whose connections to the pipe `name` are its own, and closed with it.
 *
 * @throws {TypeError} for a bad name
 *
 * @example
 * ```ts
 * import { createPipeClient, listenPipe, pipeFetch } from "@winipc/winipc";
 *
 * await using engine = listenPipe("engine"); // in another process
 * const served = engine.accept().then(async (connection) => {
 *   await connection.read(new Uint8Array(4096));
 *   await connection.write(
 *     new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
 *   );
 *   return connection;
 * });
 *
 * using client = createPipeClient("engine");
 * const response = await pipeFetch("http://./version", { pipe: client });
 * console.log(await response.json());
 * (await served).close();
 * ```
 */
export function createPipeClient(name: string): PipeClient {
  return new PipeClient(objectPath("pipe", name));
}

type Created = (error: Error | null, socket?: Duplex) => void;

class PipeAgent extends Agent {
  readonly #name: string;

  constructor(name: string) {
    super({ keepAlive: true });
    this.#name = name;
  }

  // The types of Node do not tell that it may be made later.
  override createConnection(_options: unknown, created?: unknown): Duplex {
    const done = created as Created;
    connectPipe(this.#name).then(
      (connection) => done(null, new PipeSocket(connection)),
      (error) => done(error),
    );
    return undefined as unknown as Duplex;
  }

  override getName(): string {
    return this.#name;
  }

  override keepSocketAlive(socket: Duplex): boolean {
    (socket as PipeSocket).unref();
    return !socket.destroyed;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    (socket as PipeSocket).ref();
    super.reuseSocket(socket, request);
  }
}
