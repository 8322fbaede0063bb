/**
 * Spinning: looking again and again for a moment before sleeping.
 *
 * To fall asleep and be woken takes hundreds of microseconds, in which a busy
 * peer fills or empties the whole ring and falls asleep itself: then both ends
 * sleep in turns. So who was woken after a short sleep spins longer the next
 * times: as long as it can where half of the ring went by since the sleep
 * before, because then the peer is busy. Where it was in vain three times, because
 * the peer is only regular, it spins shortly again, and tries longer ones ever
 * more rarely.
 *
 * @module
 */

const SHORTEST_US = 50;
const LONGEST_US = 1000;
const GROWTH = 5;
const SHORT_SLEEP_MS = 5;
const VAIN = 3;
const MOST_DOUBT = 64;
const LOOKS = 32;

/** How long one end spins. */
export class Spin {
  readonly #fixed: boolean;
  readonly #now: () => number;
  #micros: number;
  #vain = 0;
  /** How many short sleeps it takes to try longer spins again. */
  #doubt = 1;
  #sleeps = 0;

  /**
   * Spins for `micros` microseconds, or as long as it pays off where that is not
   * given, by the clock `now`, which tells milliseconds.
   */
  constructor(
    micros: number | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    // On one processor the other end cannot run while this one spins.
    const alone = navigator.hardwareConcurrency === 1;
    this.#fixed = micros !== undefined || alone;
    this.#micros = alone ? 0 : micros ?? SHORTEST_US;
  }

  /** How long it spins now, in microseconds. */
  get micros(): number {
    return this.#micros;
  }

  /** Whether `ready` said so in time. */
  until(ready: () => boolean): boolean {
    if (this.#micros === 0) return ready();
    const begin = this.#now();
    const end = begin + this.#micros / 1000;
    for (let over = false; !over;) {
      // Before the looks, so that the last of them come after the time.
      over = this.#now() >= end;
      for (let i = 0; i < LOOKS; i++) {
        if (!ready()) continue;
        if (this.#now() - begin > SHORTEST_US / 1000) this.#paid();
        return true;
      }
    }
    return false;
  }

  /**
   * Learns from a sleep of `ms` milliseconds, which followed a spin in vain, and
   * from whether much had gone through the ring before it.
   */
  slept(ms: number, busy = false): void {
    if (this.#fixed) return;
    if (ms >= SHORT_SLEEP_MS) {
      this.#micros = SHORTEST_US;
    } else if (busy) {
      this.#micros = LONGEST_US;
      this.#paid();
    } else if (this.#micros < LONGEST_US) {
      if (++this.#sleeps < this.#doubt) return;
      this.#micros = Math.min(GROWTH * this.#micros, LONGEST_US);
    } else if (++this.#vain === VAIN) {
      this.#micros = SHORTEST_US;
      this.#vain = 0;
      this.#sleeps = 0;
      this.#doubt = Math.min(2 * this.#doubt, MOST_DOUBT);
    }
  }

  #paid(): void {
    this.#vain = 0;
    this.#doubt = 1;
  }
}
