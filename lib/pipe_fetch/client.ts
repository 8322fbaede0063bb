/**
 * A client of one HTTP server on a pipe.
 *
 * @module
 */

import {
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import { objectPath } from "../io/object/object_path.ts";
import { ConnectionPool } from "./pool.ts";

/** The connections of a client. */
export let poolOf: (client: PipeClient) => ConnectionPool;

/**
 * The connections to one pipe. Made by {@linkcode createPipeClient}.
 *
 * A request reuses an idle connection or opens a new one. At most 8 idle
 * connections are kept, and they do not keep the program alive.
 *
 * @example
 * ```ts
 * import { createPipeClient } from "@winipc/winipc";
 *
 * using client = createPipeClient("docker_engine");
 * console.log(client.name); // nothing is connected before the first request
 * ```
 */
export class PipeClient implements Disposable, AsyncDisposable {
  /** The full path of the pipe. */
  readonly name: string;
  readonly #pool: ConnectionPool;

  static {
    poolOf = (client) => client.#pool;
  }

  /** Use {@linkcode createPipeClient}. */
  constructor(name: string) {
    this.name = name;
    const pool = this.#pool = new ConnectionPool(name);
    registerFinalizer(this, {
      what: `The client of "${name}"`,
      release: () => void pool.close(),
    });
  }

  /**
   * Closes its connections. Pending and later requests reject with {@linkcode
   * Deno.errors.BadResource}. Safe to call twice.
   */
  close(): void {
    void this[Symbol.asyncDispose]();
  }

  /** Closes its connections, like {@linkcode PipeClient.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes its connections and waits for their pending operations to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    unregisterFinalizer(this);
    await this.#pool.close();
  }
}

/**
 * Creates a client with its own connections to the pipe `name`, which are
 * closed with it.
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
 * await using client = createPipeClient("engine");
 * const response = await pipeFetch("http://./version", { pipe: client });
 * console.log(await response.json());
 * (await served).close();
 * ```
 */
export function createPipeClient(name: string): PipeClient {
  return new PipeClient(objectPath("pipe", name));
}
