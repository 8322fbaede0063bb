/**
 * The output of a child up to its end.
 *
 * The end of the pipe comes later: when the last process has closed its stdout,
 * which a child's own children inherit.
 *
 * @module
 */

import type { WaitOptions } from "../io/wait/wait_options.ts";
import type { SpawnedChild } from "./child.ts";

/**
 * The data left in a pipe when its writer has ended fits in its buffer, which
 * is smaller than this. So another writer cannot hide the child's end.
 */
const MAX_LEFT = 1 << 20;

const CHILD_ENDED = Symbol("child ended");

/**
 * The stdout of a child, which must be `"pipe"`, up to its end. Create it
 * before the child can end.
 */
export class ChildOutput {
  readonly #child: SpawnedChild;
  readonly #ended = new AbortController();
  #left = MAX_LEFT;
  #isClosed = false;
  #both: { own: AbortSignal; signal: AbortSignal } | undefined;

  /** Reads the stdout of `child`. */
  constructor(child: SpawnedChild) {
    this.#child = child;
    const end = () => this.#ended.abort(CHILD_ENDED);
    child.status.then(end, () => {});
  }

  /** Whether the pipe itself has ended: no process can write to it any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Reads the output; null once the child has ended, or closed its stdout, and
   * everything is read.
   */
  async read(
    buffer: Uint8Array,
    { signal }: WaitOptions = {},
  ): Promise<number | null> {
    const ended = this.#ended.signal;
    if (!ended.aborted) {
      try {
        return await this.#read(buffer, { signal: this.#orEnded(signal) });
      } catch (error) {
        if (error !== CHILD_ENDED) throw error;
      }
    }
    if (this.#left <= 0) return null;
    try {
      const length = await this.#read(buffer, { signal, timeout: 0 });
      this.#left -= length ?? 0;
      return length;
    } catch (error) {
      signal?.throwIfAborted();
      const empty = error instanceof DOMException &&
        error.name === "TimeoutError";
      if (!empty) throw error;
      this.#left = 0;
      return null;
    }
  }

  async #read(buffer: Uint8Array, wait: WaitOptions): Promise<number | null> {
    const length = await this.#child.stdout.read(buffer, wait);
    this.#isClosed ||= length === null;
    return length;
  }

  /** Callers pass the same signal again and again. */
  #orEnded(own: AbortSignal | undefined): AbortSignal {
    const ended = this.#ended.signal;
    if (own === undefined) return ended;
    if (this.#both?.own !== own) {
      this.#both = { own, signal: AbortSignal.any([own, ended]) };
    }
    return this.#both.signal;
  }
}
