/**
 * Spinning: looking again and again for a moment before sleeping.
 *
 * To fall asleep and be woken takes hundreds of microseconds, in which a busy
 * peer fills or empties the whole ring and falls asleep itself: then both ends
 * sleep in turns. So who was woken after a short sleep spins longer the next
 * time, up to a millisecond, and who slept long spins shortly again.
 *
 * @module
 */

const SHORTEST_US = 50;
const LONGEST_US = 1000;
const SHORT_SLEEP_MS = 1;
const LOOKS = 32;

/** How long one end spins. */
export class Spin {
  readonly #fixed: boolean;
  #micros: number;

  /** Spins for `micros` microseconds, or as long as it has paid off where that is not given. */
  constructor(micros: number | undefined) {
    // On one processor the other end cannot run while this one spins.
    const alone = navigator.hardwareConcurrency === 1;
    this.#fixed = micros !== undefined || alone;
    this.#micros = alone ? 0 : micros ?? SHORTEST_US;
  }

  /** Whether `ready` said so in time. */
  until(ready: () => boolean): boolean {
    if (this.#micros === 0) return ready();
    const end = performance.now() + this.#micros / 1000;
    do {
      for (let i = 0; i < LOOKS; i++) if (ready()) return true;
    } while (performance.now() < end);
    return false;
  }

  /** Learns from a sleep of `ms` milliseconds. */
  slept(ms: number): void {
    if (this.#fixed) return;
    this.#micros = ms < SHORT_SLEEP_MS
      ? Math.min(2 * this.#micros, LONGEST_US)
      : SHORTEST_US;
  }
}
