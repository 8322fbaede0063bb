/**
 * The window thread, seen from the program: started with the first window,
 * stopped with the last.
 *
 * It is a worker of `node:worker_threads`, which can be unref'd. A web `Worker`
 * that sleeps in Windows would keep a finished program alive, and could not be
 * terminated.
 *
 * @module
 */

import type { MessagePort, Worker } from "node:worker_threads";
import { Win32Error } from "../win32/error.ts";
import { workerThreads } from "../win32/node_modules.ts";
import { tracePort } from "../win32/trace/thread_hook.ts";
import { user32 } from "../win32/user32.ts";
import { EventReader, eventsEnds } from "./events.ts";
import {
  CELLS,
  CONTROL_HANDLE,
  IN_WINDOWS,
  type Reply,
  REPLY_COUNT,
  type Request,
  type Start,
  WAKE_COUNT,
  WAKE_POSTED,
  type WindowThreadEvent,
  WM_WAKE,
} from "./protocol.ts";
import { WORKER_URL } from "./window_permissions.ts";

/**
 * How long the thread may take to start or to answer, in ms. A start has taken
 * more than 20 s on a machine that was busy with other programs.
 */
const TIMEOUT_MS = 60_000;

/** The window thread. */
export class WindowThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * CELLS));
  readonly #ended = Promise.withResolvers<void>();
  readonly #events: EventReader;
  #replies = 0;
  #dead: Error | undefined;
  #failed = false;
  #stopped = false;
  #holds = 0;

  /**
   * Starts it, and waits until it runs. Calls `emit` with the events of its
   * windows.
   */
  constructor(emit: (event: WindowThreadEvent) => void) {
    const { MessageChannel, Worker } = workerThreads();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const trace = tracePort();
    const { main, worker } = eventsEnds();
    this.#events = new EventReader(main);
    const start: Start = {
      thread: "window",
      port: port2,
      events: worker,
      shared: this.#shared.buffer,
      trace,
    };
    const ports = [port2, worker.port];
    this.#worker = new Worker(WORKER_URL, {
      workerData: start,
      transferList: trace === undefined ? ports : [...ports, trace],
    });
    this.#worker.unref();
    this.#worker.on("message", () => {
      // Reset before taking requests: a request after that wakes the thread
      // again.
      Atomics.store(this.#shared, WAKE_POSTED, 0);
      for (
        let event = this.#events.take();
        event;
        event = this.#events.take()
      ) {
        emit(event);
      }
    });
    this.#worker.on("error", (error) => {
      // After a stop, the windows belong to another thread.
      if (!this.#stopped) emit({ type: "failed", reason: String(error) });
      this.#ended.resolve();
    });
    this.#worker.on("exit", () => this.#ended.resolve());
    this.#reply();
  }

  /** Whether a request got no reply because the thread and its windows are gone. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Sends a request that is processed at once, and returns the reply. */
  ask(request: Request): bigint {
    if (this.#dead !== undefined) throw this.#dead;
    this.post(request);
    return this.#reply();
  }

  /** Sends a request without a reply. */
  post(request: Request): void {
    this.#port.postMessage(request);
    Atomics.add(this.#shared, WAKE_COUNT, 1);
    Atomics.notify(this.#shared, WAKE_COUNT);
    if (Atomics.load(this.#shared, IN_WINDOWS) === 1) {
      const control = BigInt.asUintN(32, BigInt(this.#shared[CONTROL_HANDLE]!));
      user32().raw.PostMessageW(control, WM_WAKE, 0n, 0n);
    }
  }

  /** Keeps the program alive until {@linkcode WindowThread.release}. */
  hold(): void {
    if (this.#holds++ === 0) this.#worker.ref();
  }

  /** Undoes one {@linkcode WindowThread.hold}. */
  release(): void {
    if (--this.#holds === 0) this.#worker.unref();
  }

  /** Ends it; all its windows are closed when this returns. */
  stop(): Promise<void> {
    this.#stopped = true;
    try {
      this.ask({ type: "stop" });
    } catch (error) {
      if (!this.#failed) throw error;
    }
    this.#events.close();
    this.#port.close();
    // It has left Windows and ends by itself; this releases it at once.
    this.#worker.terminate().then(() => this.#ended.resolve());
    return this.#ended.promise;
  }

  #reply(): bigint {
    const ended = Atomics.wait(
      this.#shared,
      REPLY_COUNT,
      this.#replies,
      TIMEOUT_MS,
    ) === "timed-out";
    if (ended) {
      // A late reply would be mistaken for that of the next request.
      throw this.#dead = new Error(
        `The window thread does not answer: its module "${WORKER_URL}" may not load`,
      );
    }
    this.#replies++;
    const received = workerThreads().receiveMessageOnPort(this.#port);
    if (received === undefined) {
      this.#failed = true;
      throw this.#dead = new Error("The window thread has failed");
    }
    const { value, failed } = received.message as Reply;
    if (failed !== undefined) throw new Win32Error(failed.call, failed.code);
    return value;
  }
}
