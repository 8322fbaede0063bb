/**
 * The calls of a client that are under way.
 *
 * @module
 */

import { onGivingUp, remaining, type WaitOptions } from "../io/wait.ts";
import { ERROR } from "../win32/error_codes.ts";
import { callOnThread, type Outcome, type Request } from "./callers.ts";

/** Makes calls, until it is closed. */
export class CallsUnderWay {
  readonly #ended: () => void;
  readonly #closing = new AbortController();
  #count = 0;

  /** `ended` is called once, when it is closed and no thread is in a call any more. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Makes a call. Rejects with the reason when it is closed, before or meanwhile. */
  async make(request: Request, options: WaitOptions): Promise<Outcome> {
    this.#closing.signal.throwIfAborted();
    const since = performance.now();
    const outcome = await this.#attempt(request, options);
    if (outcome.status !== ERROR.RPC_S_CALL_FAILED_DNE) return outcome;
    // Its connection had ended before the server saw anything of the call.
    return await this.#attempt(request, remaining(options, since));
  }

  /** Gives all calls up; twice is harmless. */
  close(reason: unknown): void {
    if (this.closed) return;
    this.#closing.abort(reason);
    if (this.#count === 0) this.#ended();
  }

  async #attempt(request: Request, options: WaitOptions): Promise<Outcome> {
    const giving = new AbortController();
    const closing = this.#closing.signal;
    closing.throwIfAborted();
    const close = () => giving.abort(closing.reason);
    closing.addEventListener("abort", close);
    const disarm = onGivingUp(options, (reason) => giving.abort(reason));
    try {
      this.#count++;
      const wait = { signal: giving.signal };
      return await callOnThread(request, wait, () => this.#left());
    } finally {
      disarm();
      closing.removeEventListener("abort", close);
    }
  }

  /** A thread has left a call, which may be long after that was given up. */
  #left(): void {
    if (--this.#count === 0 && this.closed) this.#ended();
  }
}
