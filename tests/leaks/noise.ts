/** How much a process' memory grows, beyond what it takes for itself. */

import { type Settled, settled } from "../helpers/settled.ts";

/** What Deno's own memory goes up and down by: half a KiB a cycle would show. */
export const NOISE = 5 * 1024 * 1024;
/** So many rounds more, at most, where one took memory. */
const AGAIN = 3;

/** What a round has left behind. */
export interface Growth {
  readonly bytes: number;
  readonly after: Settled;
}

/**
 * How much the last of some rounds took, since `before`. Deno and V8 take memory
 * for themselves now and then, so that a round that took some is run again: what
 * leaks does it each time. At rest there are `mostThreads` at most.
 */
export async function growth(
  round: () => Promise<unknown>,
  before: Settled,
  mostThreads?: number,
): Promise<Growth> {
  for (let again = 0;; again++) {
    await round();
    const after = await settled(mostThreads);
    const bytes = after.bytes - before.bytes;
    if (bytes < NOISE || again === AGAIN) return { bytes, after };
    before = after;
  }
}
