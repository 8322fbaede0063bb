/** The longest delay of timers; longer ones fire at once. */
export const MAX_DELAY = 2 ** 31 - 1;

/**
 * Aborts after a time without progress. Its signal is also aborted with the
 * command's own.
 */
export class InactivityTimeout implements Disposable {
  /** Aborted with a `TimeoutError` after too long without progress. */
  readonly signal: AbortSignal;
  #timeout: number;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts the timer; there is none without `timeout`. */
  constructor(parent: AbortSignal, timeout: number = Infinity) {
    this.#timeout = timeout;
    this.signal = AbortSignal.any([parent, this.#over.signal]);
    this.progress();
  }

  /** Progress: restarts the timer. */
  progress(): void {
    this.pause();
    if (this.#timeout > MAX_DELAY) return;
    this.#timer = setTimeout(() => {
      const text = `Timed out: nothing happened for ${this.#timeout} ms`;
      this.#over.abort(new DOMException(text, "TimeoutError"));
    }, this.#timeout);
  }

  /** Stops the timer until the next progress. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Stops the timer for good. */
  [Symbol.dispose](): void {
    this.pause();
    this.#timeout = Infinity;
  }
}
