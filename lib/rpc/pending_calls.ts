/**
 * The pending calls of a client.
 *
 * @module
 */

import { onAbort } from "../io/wait/on_abort.ts";
import { remaining, type WaitOptions } from "../io/wait/wait_options.ts";
import { ERROR } from "../win32/error_codes.ts";
import type { Outcome, Request } from "./call_message.ts";
import { makeCall } from "./client_call.ts";
import type { SharedBinding } from "./shared_binding.ts";

/** Makes calls, until it is closed. */
export class PendingCalls {
  readonly #binding: SharedBinding;
  readonly #ended: () => void;
  readonly #closing = new AbortController();

  /** `ended` is called once, when it is closed and no thread is in a call. */
  constructor(binding: SharedBinding, ended: () => void) {
    this.#binding = binding;
    this.#ended = ended;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Makes a call. Rejects with the reason when it is or gets closed. */
  async make(
    request: Omit<Request, "binding">,
    options: WaitOptions,
  ): Promise<Outcome> {
    this.#closing.signal.throwIfAborted();
    const since = performance.now();
    const outcome = await this.#attempt(request, options);
    if (outcome.status !== ERROR.RPC_S_CALL_FAILED_DNE) return outcome;
    // Its connection had ended before the server saw the call.
    await this.#binding.renew();
    options.signal?.throwIfAborted();
    return await this.#attempt(request, remaining(options, since));
  }

  /** Cancels all calls. Safe to call twice. */
  close(reason: unknown): void {
    if (this.closed) return;
    this.#closing.abort(reason);
    if (this.#binding.uses === 0) this.#ended();
  }

  async #attempt(
    request: Omit<Request, "binding">,
    options: WaitOptions,
  ): Promise<Outcome> {
    const controller = new AbortController();
    const closing = this.#closing.signal;
    closing.throwIfAborted();
    const close = () => controller.abort(closing.reason);
    closing.addEventListener("abort", close);
    const disarm = onAbort(options, (reason) => controller.abort(reason));
    try {
      const binding = this.#binding.enter();
      const wait = { signal: controller.signal };
      return await makeCall(
        { ...request, binding },
        wait,
        () => this.#left(),
      );
    } finally {
      disarm();
      closing.removeEventListener("abort", close);
    }
  }

  /** A thread has left a call, possibly long after that was cancelled. */
  #left(): void {
    this.#binding.leave();
    if (this.#binding.uses === 0 && this.closed) this.#ended();
  }
}
