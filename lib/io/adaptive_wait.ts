/**
 * When to poll before parking: the one policy for waits on threads that have
 * other work.
 *
 * Parking takes a switch of threads each way, some 50 µs in all, which an
 * answer that comes at once need not pay for. A wait with a time limit is no
 * way out: on Windows it ends with a tick of the clock, up to 15.6 ms late
 * (Microsoft: Sleep, Remarks), and nothing else runs on the thread until then.
 * So this polls, without waiting, for 50 µs at most: only where the last park
 * was short, and ever more rarely where that was in vain.
 *
 * @module
 */

const POLL_MS = 0.05;
/** What came within so many ms of parking may come sooner the next time. */
const SHORT_PARK_MS = 1;
const MAX_SKIPPED_PARKS = 64;

/** The policy of one thing that is waited for. */
export class AdaptiveWait {
  readonly #now: () => number;
  #willing = false;
  #shortParks = 0;
  /** How many short parks it takes to poll again. */
  #needed = 1;

  /** Goes by the clock `now`, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls `take` once, or until it says that something came; false says that it is time to park. */
  poll(take: () => boolean): boolean {
    if (take()) return true;
    if (!this.#willing) return false;
    const end = this.#now() + POLL_MS;
    while (this.#now() < end) {
      if (!take()) continue;
      this.#needed = 1;
      return true;
    }
    this.#willing = false;
    this.#shortParks = 0;
    this.#needed = Math.min(2 * this.#needed, MAX_SKIPPED_PARKS);
    return false;
  }

  /** Learns that something came after `ms` of being parked. */
  parked(ms: number): void {
    if (ms > SHORT_PARK_MS) this.#willing = false;
    else if (++this.#shortParks >= this.#needed) this.#willing = true;
  }
}
