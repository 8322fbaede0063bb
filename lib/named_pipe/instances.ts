/**
 * The instances of a pipe that a listener keeps waiting for clients.
 *
 * @module
 */

import { type Left, unwatch, watch } from "../io/dropped.ts";
import type { OverlappedHandle } from "../io/overlapped.ts";
import { PipeConnection } from "./connection.ts";
import {
  awaitClient,
  createFirstInstance,
  createInstance,
  type InstanceOptions,
  PIPE_UNLIMITED_INSTANCES,
} from "./instance.ts";

/** Who waits for a client. */
export interface Acceptor {
  /** One has come. */
  resolve(connection: PipeConnection): void;
  /** None will come. */
  reject(reason: unknown): void;
}

/** As many waiting instances as the backlog says, made anew as clients take them. */
export class PipeInstances {
  /** Who waits for a client, in their order; each leaves when it is told. */
  readonly acceptors: Acceptor[] = [];
  readonly #options: InstanceOptions;
  readonly #backlog: number;
  readonly #waiting = new Set<OverlappedHandle>();
  readonly #arrived: OverlappedHandle[] = [];
  #connected = 0;
  #end: { reason: unknown } | undefined;

  /** Creates the first instance, which takes the name, and the others. */
  constructor(options: InstanceOptions, backlog: number) {
    this.#options = options;
    this.#backlog = backlog;
    this.#wait(createFirstInstance(options));
    this.#fill();
  }

  /** Throws the reason where it has ended. */
  assertOpen(): void {
    if (this.#end !== undefined) throw this.#end.reason;
  }

  /** The connection of the client that has waited longest. */
  take(): PipeConnection | undefined {
    const arrived = this.#arrived.shift();
    return arrived && this.#connection(arrived);
  }

  /** The handle that has been there longest. */
  oldestHandle(): bigint {
    this.assertOpen();
    const [oldest] = [...this.#arrived, ...this.#waiting];
    if (oldest !== undefined) return oldest.raw;
    throw new Deno.errors.BadResource(
      `The listener on "${this.#options.path}" has no instance left`,
    );
  }

  /** Cuts off the clients that nobody has taken, and rejects who waits. Twice is harmless. */
  close(): void {
    this.#finish(
      new Deno.errors.BadResource(
        `The listener on "${this.#options.path}" is closed`,
      ),
    );
  }

  /** Closes and waits until nothing is pending. */
  async closeAndSettle(): Promise<void> {
    const waiting = [...this.#waiting];
    this.close();
    await Promise.all(waiting.map((instance) => instance.closeAndSettle()));
  }

  #fill(): void {
    const { maxInstances } = this.#options;
    const limit = maxInstances === PIPE_UNLIMITED_INSTANCES
      ? Infinity
      : maxInstances;
    while (
      this.#end === undefined && this.#waiting.size < this.#backlog &&
      this.#waiting.size + this.#connected < limit
    ) {
      this.#wait(createInstance(this.#options));
    }
  }

  #wait(instance: OverlappedHandle): void {
    // Waiting instances are there all the time: only an accept() holds the program.
    instance.setRef(false);
    this.#waiting.add(instance);
    awaitClient(instance, this.#options.path).then(
      () => this.#arrive(instance),
      (error) => this.#lose(instance, error),
    );
  }

  #arrive(instance: OverlappedHandle): void {
    this.#waiting.delete(instance);
    if (this.#end !== undefined) return instance.close();
    this.#connected++;
    this.#arrived.push(instance);
    this.#refill();
    const acceptor = this.acceptors[0];
    const connection = acceptor && this.take();
    if (connection !== undefined) acceptor!.resolve(connection);
  }

  #lose(instance: OverlappedHandle, error: unknown): void {
    this.#waiting.delete(instance);
    instance.close();
    if (this.#end === undefined) this.#finish(error);
  }

  /** A listener that cannot make another instance has failed: whoever accepts is told. */
  #refill(): void {
    try {
      this.#fill();
    } catch (error) {
      if (this.#waiting.size === 0) this.#finish(error);
    }
  }

  #connection(instance: OverlappedHandle): PipeConnection {
    instance.setRef(true);
    const { path, mode } = this.#options;
    const connection = new PipeConnection(
      path,
      mode,
      instance,
      "server",
      () => {
        unwatch(connection);
        this.#leave();
      },
    );
    watch(connection, this.#leftOf(instance));
    return connection;
  }

  /** On its own, so that it does not share the variables of a function that knows the connection. */
  #leftOf(instance: OverlappedHandle): Left {
    return {
      what: `A connection over "${this.#options.path}"`,
      release: () => {
        instance.close();
        this.#leave();
      },
    };
  }

  #leave(): void {
    this.#connected--;
    this.#refill();
  }

  #finish(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    for (const instance of [...this.#waiting, ...this.#arrived]) {
      instance.close();
    }
    this.#arrived.length = 0;
    for (const acceptor of [...this.acceptors]) acceptor.reject(reason);
  }
}
