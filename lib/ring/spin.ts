/**
 * Spinning: polling for a moment before sleeping.
 *
 * Falling asleep and waking takes hundreds of microseconds. A busy peer fills
 * or empties the whole ring in that time and falls asleep itself, so both ends
 * sleep in turns. So an end that was woken after a short sleep spins longer the
 * next times, and as long as possible if half of the ring has moved since the
 * sleep before, because then the peer is busy. After three spins without
 * success, because the peer is only regular, it spins briefly again and tries
 * longer spins ever more rarely.
 *
 * @module
 */

const MIN_US = 50;
const MAX_US = 1000;
const GROWTH = 5;
const SHORT_SLEEP_MS = 5;
const MAX_FAILED_SPINS = 3;
const MAX_BACKOFF = 64;
const POLLS_PER_CLOCK = 32;

/** How long one end spins. */
export class Spin {
  readonly #fixed: boolean;
  readonly #now: () => number;
  #micros: number;
  #failed = 0;
  /** How many short sleeps it takes to try longer spins again. */
  #backoff = 1;
  #sleeps = 0;

  /**
   * Spins for `micros` microseconds, or adaptively if that is not given, by the
   * clock `now` in milliseconds.
   */
  constructor(
    micros: number | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    // On one processor the other end cannot run while this one spins.
    const alone = navigator.hardwareConcurrency === 1;
    this.#fixed = micros !== undefined || alone;
    this.#micros = alone ? 0 : micros ?? MIN_US;
  }

  /** The current length of a spin, in microseconds. */
  get micros(): number {
    return this.#micros;
  }

  /** Spins until `ready` returns true, and returns whether it did in time. */
  until(ready: () => boolean): boolean {
    if (this.#micros === 0) return ready();
    // A busy peer answers before the clock is worth reading.
    for (let i = 0; i < POLLS_PER_CLOCK; i++) if (ready()) return true;
    const begin = this.#now();
    const end = begin + this.#micros / 1000;
    for (let over = false; !over;) {
      // Set before polling, so that the last poll comes after the time.
      over = this.#now() >= end;
      for (let i = 0; i < POLLS_PER_CLOCK; i++) {
        if (!ready()) continue;
        if (this.#now() - begin > MIN_US / 1000) this.#succeeded();
        return true;
      }
    }
    return false;
  }

  /**
   * Adapts to a sleep of `ms` milliseconds after an unsuccessful spin, and to
   * whether much had moved through the ring before it.
   */
  slept(ms: number, busy = false): void {
    if (this.#fixed) return;
    if (ms >= SHORT_SLEEP_MS) {
      this.#micros = MIN_US;
    } else if (busy) {
      this.#micros = MAX_US;
      this.#succeeded();
    } else if (this.#micros < MAX_US) {
      if (++this.#sleeps < this.#backoff) return;
      this.#micros = Math.min(GROWTH * this.#micros, MAX_US);
    } else if (++this.#failed === MAX_FAILED_SPINS) {
      this.#micros = MIN_US;
      this.#failed = 0;
      this.#sleeps = 0;
      this.#backoff = Math.min(2 * this.#backoff, MAX_BACKOFF);
    }
  }

  #succeeded(): void {
    this.#failed = 0;
    this.#backoff = 1;
  }
}
