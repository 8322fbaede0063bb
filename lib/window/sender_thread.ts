/**
 * The sender thread, seen from the program.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import { tracePort } from "../win32/trace/thread_hook.ts";
import {
  expectAnswer,
  listenTo,
  mainBell,
  unexpectAnswer,
} from "./attention.ts";
import { WORKER_URL } from "./receiving.ts";
import type { Call } from "./send.ts";
import {
  CALLS,
  DELIVERED,
  DONE,
  L_PARAM,
  MESSAGE,
  READY,
  RESULT,
  SENDER_BYTES,
  type SenderStart,
  STOP,
  SUMMONED,
  TIMEOUT,
  W_PARAM,
  WIDE,
  WINDOW,
} from "./sender_protocol.ts";

/** A thread that makes one call at a time. */
export class SenderThread {
  readonly #cells = new Int32Array(new SharedArrayBuffer(SENDER_BYTES));
  readonly #wide = new BigUint64Array(this.#cells.buffer, 4 * WIDE);
  readonly #worker: Worker;
  readonly #leave: () => void;
  readonly #ended = Promise.withResolvers<void>();
  #calls = 0;
  #done: ((delivered: boolean) => void) | undefined;
  #stopping = false;

  /** Starts it; it is there at some later time. */
  constructor() {
    const cells = this.#cells.buffer;
    const trace = tracePort();
    const start: SenderStart = {
      thread: "sender",
      cells,
      mainBell: mainBell(),
      trace,
    };
    this.#worker = new Worker(WORKER_URL, {
      workerData: start,
      transferList: trace === undefined ? [] : [trace],
    });
    this.#worker.unref();
    const summoned = this.#cells.subarray(SUMMONED, SUMMONED + 1);
    this.#leave = listenTo(this.#worker, summoned, () => this.#take());
    // It is never ready then, and others make the calls.
    this.#worker.on("error", () => this.#ended.resolve());
    this.#worker.on("exit", () => this.#ended.resolve());
  }

  /** Makes a call, and tells whether the message was delivered; undefined where it cannot now. */
  tryCall(call: Call): Promise<boolean> | undefined {
    const cells = this.#cells;
    const busy = this.#done !== undefined || this.#stopping;
    if (busy || Atomics.load(cells, READY) === 0) return undefined;
    cells[MESSAGE] = call.message;
    cells[TIMEOUT] = call.timeout;
    this.#wide[WINDOW] = call.window;
    this.#wide[W_PARAM] = call.wParam;
    this.#wide[L_PARAM] = call.lParam;
    this.#wide[RESULT] = call.result;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#done = resolve;
    this.#worker.ref();
    expectAnswer();
    this.#calls = (this.#calls + 1) & 0x7fff_ffff;
    Atomics.store(cells, CALLS, this.#calls);
    Atomics.notify(cells, CALLS);
    return promise;
  }

  /** Ends it, after the call that it makes. */
  stop(): Promise<void> {
    this.#stopping = true;
    if (this.#done === undefined) this.#end();
    return this.#ended.promise;
  }

  #take(): boolean {
    const done = this.#done;
    if (done === undefined) return false;
    if (Atomics.load(this.#cells, DONE) !== this.#calls) return false;
    this.#done = undefined;
    this.#worker.unref();
    unexpectAnswer();
    done(this.#cells[DELIVERED] === 1);
    if (this.#stopping) this.#end();
    return true;
  }

  #end(): void {
    this.#leave();
    Atomics.store(this.#cells, CALLS, STOP);
    Atomics.notify(this.#cells, CALLS);
    this.#worker.terminate().then(() => this.#ended.resolve());
  }
}
