/**
 * The server end of a named pipe.
 *
 * @module
 */

import {
  registerFinalizer,
  unregisterFinalizer,
} from "../io/object/finalization.ts";
import { registerHandle } from "../io/object/inheritance.ts";
import type { WaitOptions } from "../io/wait/wait_options.ts";
import type { PipeConnection } from "./connection.ts";
import type { InstanceOptions } from "./instance.ts";
import { PipeInstances } from "./instance_pool.ts";

/**
 * A named pipe that accepts clients. Made by {@linkcode listenPipe}.
 *
 * @example
 * ```ts
 * import { callPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("upper", { mode: "message" });
 * const asked = callPipe("upper", new TextEncoder().encode("hello")); // in another process
 * for await (const connection of listener) {
 *   const message = await connection.readMessage();
 *   const text = new TextDecoder().decode(message ?? undefined);
 *   await connection.write(new TextEncoder().encode(text.toUpperCase()));
 *   connection.close();
 *   break;
 * }
 * console.log(new TextDecoder().decode(await asked)); // HELLO
 * ```
 *
 * @example Many clients: do not await one in the loop, or the next would wait for it
 * ```ts
 * import { connectPipe, listenPipe, type PipeConnection } from "@winipc/winipc";
 *
 * async function serve(connection: PipeConnection): Promise<void> {
 *   await connection.readable.pipeTo(connection.writable); // an echo
 * }
 *
 * await using listener = listenPipe("echo");
 * setTimeout(() => listener.close(), 1000); // a server would run on
 * await using client = await connectPipe("echo"); // in other processes
 * await using other = await connectPipe("echo");
 * for await (const connection of listener) {
 *   serve(connection).catch(console.error);
 * }
 * ```
 */
export class PipeListener
  implements AsyncIterable<PipeConnection>, Disposable, AsyncDisposable {
  /** The full path of the pipe. */
  readonly name: string;
  readonly #instances: PipeInstances;

  /** Use {@linkcode listenPipe}. */
  constructor(options: InstanceOptions, backlog: number) {
    this.name = options.path;
    const instances = this.#instances = new PipeInstances(options, backlog);
    registerHandle(this, () => instances.oldestHandle());
    // The instances wait for clients on their own and hold no reference to this
    // object, so it can be collected; a pending accept() keeps it.
    registerFinalizer(this, {
      what: `The listener on "${this.name}"`,
      release: () => instances.close(),
    });
  }

  /**
   * Waits for a client. It may have left already; its data can still be read.
   * Programs that check whether the name exists (`Test-Path`, .NET's
   * `File.Exists`) connect for a moment and leave without data. An accept that is
   * aborted or times out loses no client: the next one gets it.
   *
   * Calls `ConnectNamedPipe`. Throws {@linkcode Deno.errors.BadResource} when
   * the listener is or gets closed; the signal's reason; a `TimeoutError`.
   *
   * @example
   * ```ts
   * import { connectPipe, listenPipe } from "@winipc/winipc";
   *
   * await using listener = listenPipe("greeter");
   * await using client = await connectPipe("greeter"); // in another process
   * await using connection = await listener.accept({ timeout: 5000 });
   * await connection.write(new TextEncoder().encode("hello"));
   * ```
   */
  async accept(options: WaitOptions = {}): Promise<PipeConnection> {
    const instance = await this.#instances.arrived.take(options);
    return this.#instances.connection(instance);
  }

  /** Yields clients until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PipeConnection, void, void> {
    for await (const instance of this.#instances.arrived.all()) {
      yield this.#instances.connection(instance);
    }
  }

  /** Keeps the program alive while an `accept` is pending; this is the default. */
  ref(): void {
    this.#instances.arrived.setRef(true);
  }

  /**
   * Lets the program end while an `accept` is pending. If nothing else of
   * winipc is pending, clients are then noticed up to 10 ms late.
   */
  unref(): void {
    this.#instances.arrived.setRef(false);
  }

  /**
   * Stops listening: pending accepts reject with `BadResource`, and clients
   * that were not accepted are disconnected. Accepted connections stay open.
   * Safe to call twice.
   */
  close(): void {
    unregisterFinalizer(this);
    this.#instances.close();
  }

  /** Closes the listener, like {@linkcode PipeListener.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the listener and waits for its pending operations to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    unregisterFinalizer(this);
    await this.#instances.closeAndSettle();
  }
}
