/**
 * The window thread, seen from the program: started with the first window,
 * stopped with the last.
 *
 * It is a worker of `node:worker_threads`, because that one can be unref'd: a
 * web `Worker` that sleeps in Windows would keep a finished program alive, and
 * could not be terminated.
 *
 * @module
 */

import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import { Win32Error } from "../win32/error.ts";
import { tracePort } from "../win32/trace/thread_hook.ts";
import { user32 } from "../win32/user32.ts";
import { expect, listenTo, mainBell, unexpect } from "./attention.ts";
import { newDesk } from "./desk.ts";
import { Errands } from "./errands.ts";
import { Mail, mailEnds } from "./mail.ts";
import {
  CELLS,
  CONTROL,
  IN_WINDOWS,
  REPLIES,
  type Reply,
  type Request,
  RINGS,
  type Start,
  SUMMONED,
  TO_DESK,
  type Told,
  WM_WAKE,
} from "./protocol.ts";
import { WORKER_URL } from "./receiving.ts";
import type { Call } from "./send.ts";

/** How long the thread may take to start or to answer, in ms. */
const PATIENCE_MS = 20_000;

/** The window thread. */
export class WindowThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #bell = new Int32Array(new SharedArrayBuffer(4 * CELLS));
  readonly #ended = Promise.withResolvers<void>();
  readonly #mail: Mail;
  readonly #errands: Errands;
  readonly #leave: () => void;
  #replies = 0;
  #dead: Error | undefined;
  #holds = 0;

  /** Starts it, and waits until it is there. Calls `tell` with what happens to its windows. */
  constructor(tell: (told: Told) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const trace = tracePort();
    const { near, far } = mailEnds();
    const desk = newDesk();
    this.#errands = new Errands(desk, () => this.#wake(TO_DESK));
    this.#mail = new Mail(near);
    const start: Start = {
      thread: "window",
      port: port2,
      mail: far,
      desk,
      bell: this.#bell.buffer,
      mainBell: mainBell(),
      trace,
    };
    const ports = [port2, far.port];
    this.#worker = new Worker(WORKER_URL, {
      workerData: start,
      transferList: trace === undefined ? ports : [...ports, trace],
    });
    this.#worker.unref();
    const summoned = this.#bell.subarray(SUMMONED, SUMMONED + 1);
    this.#leave = listenTo(this.#worker, summoned, {
      take: () => this.#take(tell),
      // Who waits for a message has nothing to send: it may be about to come.
      beforeSleep: () => this.#errands.dismiss(),
    });
    this.#worker.on("error", (error) => {
      this.#leave();
      tell({ told: "failed", reason: String(error) });
      this.#errands.fail();
      this.#ended.resolve();
    });
    this.#worker.on("exit", () => this.#ended.resolve());
    this.#reply();
  }

  /** Asks for something that is done at once, and gives the reply. */
  ask(request: Request): bigint {
    if (this.#dead !== undefined) throw this.#dead;
    this.post(request);
    return this.#reply();
  }

  /** Asks for something that has no reply. */
  post(request: Request): void {
    this.#port.postMessage(request);
    Atomics.add(this.#bell, RINGS, 1);
    Atomics.notify(this.#bell, RINGS);
    if (Atomics.load(this.#bell, IN_WINDOWS) === 1) this.#wake(0n);
  }

  /**
   * Lets it send a message, where it is at its desk, and tells whether that was
   * delivered; undefined where it is not.
   */
  send(call: Call): Promise<boolean> | undefined {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const given = this.#errands.give(call, (delivered) => {
      this.release();
      resolve(delivered);
    });
    if (!given) return undefined;
    this.hold();
    return promise;
  }

  /** Whether it sends a message, and cannot stop. */
  get sending(): boolean {
    return this.#errands.underWay;
  }

  /** Calls `sent` when it has. */
  whenSent(sent: () => void): void {
    this.#errands.whenIdle(sent);
  }

  /** Keeps the program alive until {@linkcode WindowThread.release}. */
  hold(): void {
    if (this.#holds++ === 0) this.#worker.ref();
    expect();
  }

  /** Undoes one {@linkcode WindowThread.hold}. */
  release(): void {
    if (--this.#holds === 0) this.#worker.unref();
    unexpect();
  }

  /** Ends it; all its windows are closed when this returns. */
  stop(): Promise<void> {
    this.ask({ ask: "stop" });
    this.#leave();
    this.#mail.close();
    this.#port.close();
    // It has left Windows and ends by itself; this lets go of it at once.
    this.#worker.terminate().then(() => this.#ended.resolve());
    return this.#ended.promise;
  }

  #wake(wParam: bigint): void {
    const control = BigInt.asUintN(32, BigInt(this.#bell[CONTROL]!));
    const { raw } = user32();
    this.#errands.dismiss();
    // Who waits for the answer to a message is told of what is sent, not posted.
    if (this.sending) raw.SendNotifyMessageW(control, WM_WAKE, wParam, 0n);
    else raw.PostMessageW(control, WM_WAKE, wParam, 0n);
  }

  #take(tell: (told: Told) => void): boolean {
    for (let some = this.#errands.take();; some = true) {
      const told = this.#mail.take();
      if (told === undefined) return some;
      tell(told);
    }
  }

  #reply(): bigint {
    const ended = Atomics.wait(
      this.#bell,
      REPLIES,
      this.#replies,
      PATIENCE_MS,
    ) === "timed-out";
    if (ended) {
      // A reply that comes late would be taken for that of the next request.
      throw this.#dead = new Error(
        `The window thread does not answer: its module "${WORKER_URL}" may not load`,
      );
    }
    this.#replies++;
    const { message } = receiveMessageOnPort(this.#port)!;
    const { value, failed } = message as Reply;
    if (failed !== undefined) throw new Win32Error(failed.call, failed.code);
    return value;
  }
}
