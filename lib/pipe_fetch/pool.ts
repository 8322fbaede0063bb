/**
 * The connections to one pipe: those in an exchange, and idle ones.
 *
 * @module
 */

import { connectPipe } from "../named_pipe/mod.ts";
import { HttpConnection } from "./connection.ts";

/** Each idle connection occupies an instance of the pipe. */
const MAX_IDLE = 8;

/** How a connection is opened. */
export interface DialOptions {
  readonly signal: AbortSignal;
  readonly waitForPeer: boolean;
}

/** A call that waits for a connection. */
interface Waiter {
  /** Whether a reused connection is acceptable. */
  readonly acceptsIdle: boolean;
  /** Ends the opening. */
  readonly dialing: AbortController;
  kept?: HttpConnection;
}

/** Opens connections to a pipe, and keeps idle ones. */
export class ConnectionPool {
  readonly #name: string;
  readonly #idle = new Set<HttpConnection>();
  // A response that is garbage collected half-read releases its connection.
  readonly #busy = new Set<WeakRef<HttpConnection>>();
  readonly #waiters = new Set<Waiter>();
  #closed = false;

  /** Connects to the pipe `name` on first use. */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Returns an idle connection, or else a new one. While the pipe is busy, it
   * waits for either.
   */
  async take(options: DialOptions): Promise<HttpConnection> {
    this.#assertOpen();
    for (const connection of [...this.#idle].reverse()) {
      this.#idle.delete(connection);
      if (connection.usable) return this.#used(connection);
      connection.close();
    }
    return await this.#dial(options, true);
  }

  /** A new connection. */
  async dial(options: DialOptions): Promise<HttpConnection> {
    this.#assertOpen();
    return await this.#dial(options, false);
  }

  /** Takes `connection` back, and keeps it if it is `reusable`. */
  release(connection: HttpConnection, reusable: boolean): void {
    this.#forget(connection);
    if (!reusable) return;
    for (const waiter of this.#waiters) {
      if (!waiter.acceptsIdle || waiter.kept !== undefined) continue;
      waiter.kept = connection;
      connection.kept = true;
      return waiter.dialing.abort();
    }
    this.#keep(connection);
  }

  /** Closes all; pending exchanges fail. Resolves when nothing is pending. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = this.#closedError();
    for (const { dialing } of this.#waiters) dialing.abort(closed);
    const open = [...this.#idle];
    for (const each of this.#busy) {
      const connection = each.deref();
      if (connection !== undefined) open.push(connection);
    }
    this.#idle.clear();
    this.#busy.clear();
    for (const connection of open) connection.fail(closed);
    await Promise.all(open.map((connection) => connection.closed()));
  }

  async #dial(
    { signal, waitForPeer }: DialOptions,
    acceptsIdle: boolean,
  ): Promise<HttpConnection> {
    const dialing = new AbortController();
    const waiter: Waiter = { acceptsIdle, dialing };
    const abort = () => dialing.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    this.#waiters.add(waiter);
    try {
      signal.throwIfAborted();
      const pipe = await connectPipe(this.#name, {
        signal: dialing.signal,
        waitForPeer,
      });
      const connection = new HttpConnection(pipe);
      if (waiter.kept === undefined) return this.#used(connection);
      // Both arrived.
      this.#keep(connection);
      return this.#used(waiter.kept);
    } catch (error) {
      if (waiter.kept === undefined) throw error;
      return this.#used(waiter.kept);
    } finally {
      this.#waiters.delete(waiter);
      signal.removeEventListener("abort", abort);
    }
  }

  #used(connection: HttpConnection): HttpConnection {
    if (this.#closed) {
      connection.close();
      throw this.#closedError();
    }
    this.#busy.add(new WeakRef(connection));
    return connection;
  }

  /** Removes `connection`, and closed ones, from those in use. */
  #forget(connection: HttpConnection): void {
    for (const each of this.#busy) {
      const busy = each.deref();
      if (busy === undefined || busy === connection) this.#busy.delete(each);
    }
  }

  #keep(connection: HttpConnection): void {
    if (this.#closed || this.#idle.size >= MAX_IDLE) return connection.close();
    this.#idle.add(connection);
    connection.rest().then(() => {
      // The server has closed the connection, or sent unexpected bytes.
      if (this.#idle.delete(connection)) connection.close();
    });
  }

  #assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): Error {
    return new Deno.errors.BadResource(
      `The client of "${this.#name}" is closed`,
    );
  }
}
