/**
 * Detects sends that make no progress after the source of the data has left.
 *
 * @module
 */

const CHECK_MS = 1_000;

/** Watches the sends of one direction by one timer. */
export class StallDetector implements Disposable {
  readonly #limit: number;
  readonly #interval: number;
  readonly #hasLeft: () => Promise<boolean>;
  readonly #stalled: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sending = false;
  /** Changes with each send, and with each part of one that was taken. */
  #progress = 0;

  /**
   * Calls `stalled` for a send without progress for `limit` ms after the data's
   * source has left. Only a send that blocks checks whether it has.
   */
  constructor(
    limit: number,
    hasLeft: () => Promise<boolean>,
    stalled: () => void,
  ) {
    this.#limit = limit;
    this.#interval = Math.min(limit, CHECK_MS);
    this.#hasLeft = hasLeft;
    this.#stalled = stalled;
  }

  /** Watches `send`, which calls `progress` for each part that was taken. */
  async watch<T>(send: (progress: () => void) => Promise<T>): Promise<T> {
    this.#timer ??= this.#start();
    const progress = () => void this.#progress++;
    progress();
    this.#sending = true;
    try {
      return await send(progress);
    } finally {
      this.#sending = false;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #start(): ReturnType<typeof setInterval> {
    let last: number | undefined;
    let waited = 0;
    let asking = false;
    return setInterval(async () => {
      const blocked = this.#sending && last === this.#progress;
      last = this.#progress;
      if (!blocked) waited = 0;
      if (!blocked || asking) return;
      asking = true;
      const left = await this.#hasLeft();
      asking = false;
      if (!left || !this.#sending || last !== this.#progress) return;
      waited += this.#interval;
      if (waited >= this.#limit) this.#stalled();
    }, this.#interval);
  }
}
