/**
 * The server end of a named pipe.
 *
 * @module
 */

import { checkChoice, checkSize } from "../io/checks.ts";
import type { PipeMode } from "../io/connection.ts";
import { tellHandle } from "../io/inheritance.ts";
import { isLocal, objectPath } from "../io/name.ts";
import type { OverlappedHandle } from "../io/overlapped.ts";
import { hold, release } from "../io/port.ts";
import { checkWait, onGivingUp, type WaitOptions } from "../io/wait.ts";
import { useNative } from "../io/native_access.ts";
import { PipeConnection } from "./connection.ts";
import {
  awaitClient,
  createFirstInstance,
  createInstance,
  type InstanceOptions,
  PIPE_UNLIMITED_INSTANCES,
  type PipeAccess,
} from "./instance.ts";

/** The options of {@linkcode listenPipe}. */
export interface ListenPipeOptions {
  /**
   * Whether boundaries between writes are kept. This corresponds to
   * `PIPE_TYPE_MESSAGE` and `PIPE_READMODE_MESSAGE`.
   *
   * @default {"byte"}
   */
  mode?: PipeMode | undefined;
  /**
   * What this end may do. This corresponds to `PIPE_ACCESS_INBOUND`,
   * `PIPE_ACCESS_OUTBOUND` and `PIPE_ACCESS_DUPLEX`.
   *
   * @default {"read-write"}
   */
  access?: PipeAccess | undefined;
  /**
   * How many clients may be connected at once, waiting instances included.
   * More of them meet `ERROR_PIPE_BUSY` and may wait. From 255 on: any number.
   *
   * @default {Infinity}
   */
  maxInstances?: number | undefined;
  /**
   * How many instances are kept waiting, so that clients that dial at the same
   * moment all find one.
   *
   * @default {16}
   */
  backlog?: number | undefined;
  /**
   * Lets clients on other computers in. Without it
   * `PIPE_REJECT_REMOTE_CLIENTS` keeps them out.
   *
   * @default {false}
   */
  allowRemote?: boolean | undefined;
  /**
   * How much Windows keeps of what clients have written and we have not read,
   * in bytes a client.
   *
   * @default {262144}
   */
  inputBuffer?: number | undefined;
  /**
   * How much Windows keeps of what we have written and a client has not read,
   * in bytes a client.
   *
   * @default {262144}
   */
  outputBuffer?: number | undefined;
  /**
   * Who may connect, as a security descriptor string: `"D:(A;;GA;;;WD)"` lets
   * everybody. Needs advapi32. By default Windows lets the creator, the system
   * and administrators read and write, and everybody else read.
   */
  sddl?: string | undefined;
}

interface Acceptor {
  resolve(connection: PipeConnection): void;
  reject(reason: unknown): void;
}

/**
 * Listens on the pipe `name`: bare (`app`), or whole (`\\.\pipe\app`).
 *
 * Calls `CreateNamedPipeW` with `FILE_FLAG_FIRST_PIPE_INSTANCE`, so that a
 * name which another program has is refused instead of shared. Needs
 * kernel32.dll, and advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AddrInUse} when the name is taken
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 *
 * @example An echo server
 * ```ts no-eval
 * import { listenPipe } from "./mod.ts";
 *
 * using listener = listenPipe("echo");
 * for await (const connection of listener) {
 *   connection.readable.pipeTo(connection.writable).catch(() => {});
 * }
 * ```
 */
export function listenPipe(
  name: string,
  options: ListenPipeOptions = {},
): PipeListener {
  const instances = checked(name, options);
  const { backlog = 16 } = options;
  checkSize("backlog", backlog);
  if (backlog === 0) throw new RangeError("Invalid backlog 0: give 1 or more");
  useNative("pipe", options.sddl === undefined ? [] : ["sddl"]);
  return new PipeListener(instances, backlog);
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

function checked(name: string, options: ListenPipeOptions): InstanceOptions {
  const {
    mode = "byte",
    access = "read-write",
    maxInstances = Infinity,
    allowRemote = false,
    inputBuffer = 262144,
    outputBuffer = 262144,
    sddl,
  } = options;
  const path = objectPath("pipe", name);
  if (!isLocal(path)) {
    throw new TypeError(
      `Cannot listen on "${path}": a pipe is created on this computer only`,
    );
  }
  checkChoice("mode", mode, ["byte", "message"]);
  checkChoice("access", access, ["read", "write", "read-write"]);
  if (!(maxInstances >= 1)) {
    throw new RangeError(
      `Invalid maxInstances ${maxInstances}: give 1 or more`,
    );
  }
  checkSize("inputBuffer", inputBuffer);
  checkSize("outputBuffer", outputBuffer);
  return {
    path,
    mode,
    access,
    maxInstances: Math.min(Math.floor(maxInstances), PIPE_UNLIMITED_INSTANCES),
    allowRemote,
    inputBuffer,
    outputBuffer,
    sddl,
  };
}
