/** The longest delay that timers can count; past it they fire at once. */
export const MAX_DELAY = 2 ** 31 - 1;

/**
 * Gives up after a time without progress. Its signal is also aborted when the
 * command's own is.
 */
export class Idle implements Disposable {
  /** Aborted with a `TimeoutError` when nothing has happened for too long. */
  readonly signal: AbortSignal;
  readonly #timeout: number;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to count; never gives up without `timeout`. */
  constructor(parent: AbortSignal, timeout: number = Infinity) {
    this.#timeout = timeout;
    this.signal = AbortSignal.any([parent, this.#over.signal]);
    this.progress();
  }

  /** Something has happened: counts from the begin. */
  progress(): void {
    this.pause();
    if (this.#timeout > MAX_DELAY) return;
    this.#timer = setTimeout(() => {
      const text = `Timed out: nothing happened for ${this.#timeout} ms`;
      this.#over.abort(new DOMException(text, "TimeoutError"));
    }, this.#timeout);
  }

  /** Stops counting until the next progress. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Stops counting. */
  [Symbol.dispose](): void {
    this.pause();
  }
}
