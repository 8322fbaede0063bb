/**
 * Stands in for `@std/testing/time` where JSR cannot be reached.
 *
 * @module
 */

interface Timer {
  due: number;
  readonly every: number | undefined;
  readonly callback: () => void;
}

type Callback = (...args: unknown[]) => void;

const real = {
  now: Date.now,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  abortTimeout: AbortSignal.timeout,
};

/** Timers and `Date.now()` that go on only when they are told. */
export class FakeTime implements Disposable {
  readonly start: number;
  readonly #timers = new Map<number, Timer>();
  #now: number;
  #last = 0;

  /** Begins at `start`, in ms. */
  constructor(start: number = Date.now()) {
    if (globalThis.setTimeout !== real.setTimeout) {
      throw new Error("Cannot construct FakeTime: time is already faked");
    }
    this.start = this.#now = start;
    const set = (every: boolean) =>
      ((callback: Callback, delay = 0, ...args: unknown[]) => {
        const ms = Math.max(every ? 1 : 0, Math.floor(delay));
        this.#timers.set(++this.#last, {
          due: this.#now + ms,
          every: every ? ms : undefined,
          callback: () => callback(...args),
        });
        return this.#last;
      }) as unknown as typeof setTimeout;
    const clear = (id?: unknown) => void this.#timers.delete(id as number);
    const fakes = { setTimeout: set(false), setInterval: set(true) };
    Object.assign(globalThis, fakes, {
      clearTimeout: clear,
      clearInterval: clear,
    });
    Date.now = () => this.#now;
    AbortSignal.timeout = (delay) => {
      const { abort, signal } = abortion();
      fakes.setTimeout(abort, delay);
      return signal;
    };
  }

  /** The time, in ms. Setting it runs what is due by then. */
  get now(): number {
    return this.#now;
  }

  set now(value: number) {
    if (value < this.#now) throw new RangeError("Time does not go back");
    for (;;) {
      const [next] = [...this.#timers].filter(([, { due }]) => due <= value)
        .toSorted(([, a], [, b]) => a.due - b.due);
      if (next === undefined) break;
      const [id, timer] = next;
      this.#now = timer.due;
      if (timer.every === undefined) this.#timers.delete(id);
      else timer.due += timer.every;
      timer.callback();
    }
    this.#now = value;
  }

  /** Goes on by `ms`, and runs what is due. */
  tick(ms = 0): void {
    this.now += ms;
  }

  /** The same after promises that are settled already. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.now += ms;
  }

  /** Runs what promises that are settled call. */
  async runMicrotasks(): Promise<void> {
    await new Promise((resolve) => real.setTimeout(resolve, 0));
  }

  /** Gives the real time back. */
  restore(): void {
    const { now, abortTimeout, ...timers } = real;
    Object.assign(globalThis, timers);
    Date.now = now;
    AbortSignal.timeout = abortTimeout;
  }

  [Symbol.dispose](): void {
    this.restore();
  }
}

function abortion(): { abort: () => void; signal: AbortSignal } {
  const controller = new AbortController();
  const error = new DOMException("Signal timed out.", "TimeoutError");
  return {
    abort: () => controller.abort(error),
    signal: controller.signal,
  };
}
