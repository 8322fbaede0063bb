/**
 * The instances of a pipe that a listener keeps ready for clients.
 *
 * @module
 */

import {
  type Cleanup,
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import { wasPassedOn } from "../io/object/inheritance.ts";
import type { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { endKeepAlive, keepAlive } from "../io/overlapped/completion_port.ts";
import { AsyncQueue } from "../io/wait/async_queue.ts";
import { MAX_DELAY } from "../io/wait/on_abort.ts";
import { PipeConnection } from "./connection.ts";
import {
  awaitClient,
  createFirstInstance,
  createInstance,
  type InstanceOptions,
  isFull,
  isTaken,
  PIPE_UNLIMITED_INSTANCES,
  serverState,
} from "./instance.ts";
import { ClientDisconnect, duplicate } from "./disconnect.ts";

const MIN_RETRY_MS = 1;
const MAX_RETRY_MS = 128;

/**
 * The instances of a listener. Each is in one of these states:
 *
 * - waiting: `ConnectNamedPipe` is pending
 * - arrived: its client is connected, but not accepted yet
 * - connected: a {@linkcode PipeConnection} uses it
 * - leaving: the connection is closed, and its client reads the rest
 *
 * Then it waits again, if the number of instances is limited, or is closed.
 *
 * Without a limit, the backlog says how many wait, and new ones replace those
 * that clients take. With a limit, all are created at once and reused for one
 * client after the other, so that no other program can take one: closing an
 * instance would leave its place to the first program that asks.
 */
export class PipeInstances {
  /** The instances with a client that is not accepted. */
  readonly arrived: AsyncQueue<OverlappedHandle>;
  readonly #options: InstanceOptions;
  readonly #backlog: number;
  readonly #waiting = new Set<OverlappedHandle>();
  readonly #leaving = new Map<OverlappedHandle, ClientDisconnect>();
  readonly #limit: number;
  /** All but the waiting ones. */
  #busyCount = 0;
  /** Whether another program may serve a client of ours. */
  #passedOn = false;
  #holds = 0;
  #alive: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #delay = MIN_RETRY_MS;
  #end: { reason: unknown } | undefined;

  /** Creates the first instance, which takes the name, and the others. */
  constructor(options: InstanceOptions, backlog: number) {
    const { maxInstances } = this.#options = options;
    this.#limit = maxInstances === PIPE_UNLIMITED_INSTANCES
      ? Infinity
      : maxInstances;
    this.arrived = new AsyncQueue(
      () => `Cannot accept at "${options.path}": no client came`,
      this,
    );
    this.#backlog = this.#limit === Infinity ? backlog : this.#limit;
    this.#wait(createFirstInstance(options));
    try {
      this.#fill();
    } catch (error) {
      this.#finish(error);
      throw error;
    }
  }

  /** Returns the handle that has waited longest. */
  oldestHandle(): bigint {
    if (this.#end !== undefined) throw this.#end.reason;
    const [waiting] = this.#waiting;
    const oldest = this.arrived.oldest ?? waiting;
    if (oldest !== undefined) return oldest.raw;
    throw new Deno.errors.BadResource(
      `The listener on "${this.#options.path}" has no instance left`,
    );
  }

  /** Returns the connection over an instance that has arrived. */
  connection(instance: OverlappedHandle): PipeConnection {
    const { path, mode, access } = this.#options;
    let handle = instance;
    if (this.#limit !== Infinity) {
      try {
        handle = duplicate(instance, `The pipe "${path}"`);
      } catch (error) {
        this.#leave(instance, true);
        throw error;
      }
    }
    handle.setRef(true);
    const connection = new PipeConnection(path, mode, handle, {
      role: "server",
      access,
      onClose: () => {
        unregisterFinalizer(connection);
        // A child process that inherited the pipe keeps serving its client.
        const passedOn = wasPassedOn(connection);
        this.#passedOn ||= passedOn;
        this.#leave(instance, !passedOn);
      },
    });
    registerFinalizer(connection, this.#cleanupOf(instance, handle));
    return connection;
  }

  /**
   * Disconnects clients that were not accepted, and rejects pending calls. Safe
   * to call twice.
   */
  close(): void {
    this.#finish(
      new Deno.errors.BadResource(
        `The listener on "${this.#options.path}" is closed`,
      ),
    );
  }

  /** Closes and waits for pending operations to end. */
  async closeAndSettle(): Promise<void> {
    const waiting = [...this.#waiting];
    const leaving = [...this.#leaving.values()];
    this.close();
    await Promise.all([
      ...waiting.map((instance) => instance.closeAndSettle()),
      ...leaving.map(({ done }) => done),
    ]);
  }

  /** Keeps the program alive, until {@linkcode PipeInstances.release}. */
  hold(): void {
    keepAlive();
    // No operation is pending while clients have all instances.
    if (this.#holds++ === 0) this.#alive = setInterval(() => {}, MAX_DELAY);
  }

  /** Undoes one {@linkcode PipeInstances.hold}. */
  release(): void {
    endKeepAlive();
    if (--this.#holds === 0) clearInterval(this.#alive);
  }

  #fill(): void {
    while (
      this.#end === undefined && this.#waiting.size < this.#backlog &&
      this.#waiting.size + this.#busyCount < this.#limit
    ) {
      const instance = this.#create();
      if (instance === undefined) return this.#retryLater();
      this.#delay = MIN_RETRY_MS;
      this.#wait(instance);
    }
  }

  /** Returns an instance; undefined while there is no free place. */
  #create(): OverlappedHandle | undefined {
    try {
      // While we have no instance, another program may have taken the name.
      return this.#waiting.size + this.#busyCount > 0
        ? createInstance(this.#options)
        : this.#createAgain();
    } catch (error) {
      if (isFull(error)) return undefined;
      throw error;
    }
  }

  /**
   * The name is still ours if only clients that we have closed keep it. It may
   * be ours if programs to which we have passed connections on serve clients:
   * then it comes free when they end, unless another program listens by then.
   */
  #createAgain(): OverlappedHandle | undefined {
    try {
      const instance = createFirstInstance(this.#options);
      this.#passedOn = false;
      return instance;
    } catch (error) {
      if (!isTaken(error)) throw error;
      const state = serverState(this.#options.path);
      if (state === undefined) return createInstance(this.#options);
      if (state === "serves" && this.#passedOn) return undefined;
      throw error;
    }
  }

  /** Windows does not report that a client has closed its end. */
  #retryLater(): void {
    if (this.#retry !== undefined) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#refill();
    }, this.#delay);
    Deno.unrefTimer(this.#retry);
    this.#delay = Math.min(2 * this.#delay, MAX_RETRY_MS);
  }

  #wait(instance: OverlappedHandle): void {
    // Waiting instances must not keep the program alive: only an accept() does.
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
    this.#busyCount++;
    this.arrived.push(instance);
    this.#refill();
  }

  #lose(instance: OverlappedHandle, error: unknown): void {
    this.#waiting.delete(instance);
    instance.close();
    if (this.#end === undefined) this.#finish(error);
  }

  /**
   * A listener that cannot create another instance has failed: pending and
   * later calls of accept() reject.
   */
  #refill(): void {
    try {
      this.#fill();
    } catch (error) {
      if (this.#waiting.size === 0) this.#finish(error);
    }
  }

  /**
   * A function of its own, so that it does not capture the variables of a
   * function that knows the connection.
   */
  #cleanupOf(instance: OverlappedHandle, handle: OverlappedHandle): Cleanup {
    return {
      what: `A connection over "${this.#options.path}"`,
      release: () => {
        handle.close();
        // Whether it was passed on is unknown here.
        this.#passedOn = true;
        this.#leave(instance, false);
      },
    };
  }

  /** A connection has closed its handle. */
  #leave(instance: OverlappedHandle, reusable: boolean): void {
    if (reusable && !instance.closed && this.#end === undefined) {
      const writes = this.#options.access !== "read";
      const disconnect = new ClientDisconnect(instance, writes);
      this.#leaving.set(instance, disconnect);
      disconnect.done.then((again) => this.#reuse(instance, again));
      return;
    }
    instance.close();
    this.#busyCount--;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#delay = MIN_RETRY_MS;
    this.#refill();
  }

  #reuse(instance: OverlappedHandle, again: boolean): void {
    this.#leaving.delete(instance);
    if (this.#end !== undefined) return instance.close();
    if (!again) return this.#leave(instance, false);
    this.#busyCount--;
    this.#wait(instance);
  }

  #finish(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    clearTimeout(this.#retry);
    for (const instance of this.#waiting) instance.close();
    for (const disconnect of this.#leaving.values()) disconnect.close();
    this.arrived.end(reason, (instance) => instance.close());
  }
}
