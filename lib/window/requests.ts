/**
 * The main thread's requests, as the window thread receives them.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { workerThreads } from "../win32/node_modules.ts";
import { type Reply, REPLY_COUNT, type Request } from "./protocol.ts";

/** The window thread's end of the port. */
export class Requests {
  readonly #port: MessagePort;
  readonly #receive = workerThreads().receiveMessageOnPort;
  readonly #shared: Int32Array<SharedArrayBuffer>;

  /** `shared` are the window thread's shared cells. */
  constructor(port: MessagePort, shared: Int32Array<SharedArrayBuffer>) {
    this.#port = port;
    this.#shared = shared;
  }

  /** Takes waiting requests until there are none. */
  *all(): Generator<Request, void, void> {
    for (;;) {
      const received = this.#receive(this.#port);
      if (received === undefined) return;
      yield received.message as Request;
    }
  }

  /** Replies with the result of `action`, or its error. */
  reply(action: () => bigint): void {
    this.#port.postMessage(resultOf(action));
    this.#wake();
  }

  /**
   * Performs the last `action` of a thread that has failed. A request that
   * waits for a reply, now or later, gets none and fails.
   */
  fail(action: () => bigint): void {
    resultOf(action);
    this.#wake();
  }

  /** There will be no more requests. */
  close(): void {
    this.#port.close();
  }

  #wake(): void {
    Atomics.add(this.#shared, REPLY_COUNT, 1);
    Atomics.notify(this.#shared, REPLY_COUNT);
  }
}

function resultOf(action: () => bigint): Reply {
  try {
    return { value: action() };
  } catch (error) {
    const { call, code } = error instanceof Win32Error
      ? error
      : { call: String(error), code: ERROR.ERROR_INVALID_FUNCTION };
    return { value: 0n, failed: { call, code } };
  }
}
