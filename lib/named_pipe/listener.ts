/**
 * The server end of a named pipe.
 *
 * @module
 */

import { tellHandle } from "../io/inheritance.ts";
import type { OverlappedHandle } from "../io/overlapped.ts";
import { hold, release } from "../io/port.ts";
import { checkWait, onGivingUp, type WaitOptions } from "../io/wait.ts";
import { PipeConnection } from "./connection.ts";
import {
  awaitClient,
  createFirstInstance,
  createInstance,
  type InstanceOptions,
  PIPE_UNLIMITED_INSTANCES,
} from "./instance.ts";

interface Acceptor {
  resolve(connection: PipeConnection): void;
  reject(reason: unknown): void;
}

/** A named pipe that accepts clients. Made by {@linkcode listenPipe}. */
export class PipeListener
  implements AsyncIterable<PipeConnection>, Disposable, AsyncDisposable {
  /** The pipe's name as a whole path. */
  readonly name: string;
  readonly #instances: InstanceOptions;
  readonly #backlog: number;
  readonly #waiting = new Set<OverlappedHandle>();
  readonly #arrived: OverlappedHandle[] = [];
  readonly #acceptors: Acceptor[] = [];
  #connected = 0;
  #refed = true;
  #end: { reason: unknown } | undefined;

  /** Use {@linkcode listenPipe}. */
  constructor(instances: InstanceOptions, backlog: number) {
    this.name = instances.path;
    this.#instances = instances;
    this.#backlog = backlog;
    this.#wait(createFirstInstance(instances));
    tellHandle(this, () => this.#oldestHandle());
    this.#fill();
  }

  /**
   * Waits for a client. One that has left again is given too: what it wrote
   * can be read.
   *
   * Calls `ConnectNamedPipe`. Throws {@linkcode Deno.errors.BadResource} when
   * the listener is closed, before or meanwhile; the signal's reason; a
   * `TimeoutError`.
   *
   * @example
   * ```ts no-eval
   * import { listenPipe } from "./mod.ts";
   *
   * using listener = listenPipe("greeter");
   * using connection = await listener.accept({ timeout: 5000 });
   * await connection.write(new TextEncoder().encode("hello"));
   * ```
   */
  accept(options: WaitOptions = {}): Promise<PipeConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<
      PipeConnection
    >();
    try {
      checkWait(options);
      if (this.#end !== undefined) throw this.#end.reason;
    } catch (error) {
      reject(error);
      return promise;
    }
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) {
      resolve(this.#connection(arrived));
      return promise;
    }
    if (this.#refed) hold();
    const leave = () => {
      disarm();
      if (this.#refed) release();
      const at = this.#acceptors.indexOf(acceptor);
      if (at >= 0) this.#acceptors.splice(at, 1);
    };
    const acceptor: Acceptor = {
      resolve(connection) {
        leave();
        resolve(connection);
      },
      reject(reason) {
        leave();
        reject(reason);
      },
    };
    const disarm = onGivingUp(options, acceptor.reject);
    this.#acceptors.push(acceptor);
    return promise;
  }

  /** The clients, until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PipeConnection, void, void> {
    for (;;) {
      let connection: PipeConnection;
      try {
        connection = await this.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        throw error;
      }
      yield connection;
    }
  }

  /** Makes a pending `accept` keep the program alive, which is the default. */
  ref(): void {
    if (this.#refed) return;
    this.#refed = true;
    this.#acceptors.forEach(hold);
  }

  /**
   * Lets the program end although an `accept` is pending. While nothing else of
   * winipc is pending, clients are then noticed up to 10 ms late.
   */
  unref(): void {
    if (!this.#refed) return;
    this.#refed = false;
    this.#acceptors.forEach(release);
  }

  /**
   * Stops listening: pending accepts reject with `BadResource`, and clients
   * that nobody accepted are cut off. Accepted connections live on. Twice is
   * harmless.
   */
  close(): void {
    this.#finish(
      new Deno.errors.BadResource(`The listener on "${this.name}" is closed`),
    );
  }

  /** Closes the listener, like {@linkcode PipeListener.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the listener and waits until nothing of it is pending. */
  async [Symbol.asyncDispose](): Promise<void> {
    const waiting = [...this.#waiting];
    this.close();
    await Promise.all(waiting.map((instance) => instance.closeAndSettle()));
  }

  #oldestHandle(): bigint {
    if (this.#end !== undefined) throw this.#end.reason;
    const [oldest] = [...this.#arrived, ...this.#waiting];
    if (oldest !== undefined) return oldest.raw;
    throw new Deno.errors.BadResource(
      `The listener on "${this.name}" has no instance left`,
    );
  }

  #fill(): void {
    const { maxInstances } = this.#instances;
    const limit = maxInstances === PIPE_UNLIMITED_INSTANCES
      ? Infinity
      : maxInstances;
    while (
      this.#end === undefined && this.#waiting.size < this.#backlog &&
      this.#waiting.size + this.#connected < limit
    ) {
      this.#wait(createInstance(this.#instances));
    }
  }

  #wait(instance: OverlappedHandle): void {
    // Waiting instances are there all the time: only an accept() holds the program.
    instance.setRef(false);
    this.#waiting.add(instance);
    awaitClient(instance, this.name).then(
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
    const acceptor = this.#acceptors[0];
    const arrived = acceptor && this.#arrived.shift();
    if (arrived !== undefined) acceptor!.resolve(this.#connection(arrived));
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
    const { mode } = this.#instances;
    return new PipeConnection(this.name, mode, instance, "server", () => {
      this.#connected--;
      this.#refill();
    });
  }

  #finish(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    for (const instance of [...this.#waiting, ...this.#arrived]) {
      instance.close();
    }
    this.#arrived.length = 0;
    for (const acceptor of [...this.#acceptors]) acceptor.reject(reason);
  }
}
