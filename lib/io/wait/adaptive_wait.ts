/**
 * When to poll before blocking: the one policy for waits on threads that have
 * other work. A ring has its own (lib/ring/spin.ts).
 *
 * Blocking switches threads twice, which takes some 50 µs; an answer that
 * arrives at once need not pay for that. A wait with a time limit does not
 * help: on Windows it ends with a clock tick, up to 15.6 ms late (Microsoft:
 * Sleep, Remarks), and blocks the thread until then. So this polls for 50 µs at
 * most, only if the last block was short, and ever more rarely if polling did
 * not help.
 *
 * @module
 */

const POLL_MS = 0.05;
/** An event within this many ms of blocking may arrive sooner the next time. */
const SHORT_BLOCK_MS = 1;
const MAX_SKIPPED_BLOCKS = 64;

/** The policy for one kind of event. */
export class AdaptiveWait {
  readonly #now: () => number;
  #shouldPoll = false;
  #shortBlocks = 0;
  /** How many short blocks it takes to poll again. */
  #needed = 1;

  /** Uses the clock `now`, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Calls `take` once, or repeatedly until it returns true. Returns false when
   * it is time to block.
   */
  poll(take: () => boolean): boolean {
    if (take()) return true;
    if (!this.#shouldPoll) return false;
    const end = this.#now() + POLL_MS;
    while (this.#now() < end) {
      if (!take()) continue;
      this.#needed = 1;
      return true;
    }
    this.#shouldPoll = false;
    this.#shortBlocks = 0;
    this.#needed = Math.min(2 * this.#needed, MAX_SKIPPED_BLOCKS);
    return false;
  }

  /** Adapts to an event that arrived after `ms` of blocking. */
  blocked(ms: number): void {
    if (ms > SHORT_BLOCK_MS) this.#shouldPoll = false;
    else if (++this.#shortBlocks >= this.#needed) this.#shouldPoll = true;
  }
}
