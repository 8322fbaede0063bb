/** How much a process' memory grows, beyond what it takes for itself. */

import { type Settled, settled } from "../../support/settled.ts";

/** What Deno's own memory goes up and down by: half a KiB a cycle would show. */
export const NOISE = 5 * 1024 * 1024;
/** So many handles are of what Deno keeps for later, where all kinds of operations were made. */
export const NOISE_HANDLES = 5;
/** So many rounds more, at most, where one left something behind. */
const AGAIN = 3;

/** What a round has left behind. */
export interface Growth {
  readonly bytes: number;
  readonly handles: number;
  readonly after: Settled;
}

/** What a round is measured by. */
export interface GrowthOptions {
  /** At rest there are so many threads, at most. */
  readonly maxThreads?: number;
  /** A round that leaves more handles runs again, too. No limit by default. */
  readonly maxHandles?: number;
  /** A round that leaves so many bytes runs again. @default {NOISE} */
  readonly maxBytes?: number;
}

/**
 * What the last of some equal rounds left behind, the first of them since `before`.
 * Deno and V8 take memory for themselves now and then, and handles for the threads
 * of their pools, so that a round that took some is run again: what leaks does it
 * each time.
 */
export async function growth(
  round: () => Promise<unknown>,
  before: Settled,
  { maxThreads, maxHandles = Infinity, maxBytes = NOISE }: GrowthOptions = {},
): Promise<Growth> {
  for (let again = 0;; again++) {
    await round();
    const after = await settled(maxThreads);
    const bytes = after.bytes - before.bytes;
    // Threads that are kept for the next calls, by Deno and for RPC, have two each.
    const kept = 2 * Math.max(0, after.threads - before.threads);
    const handles = after.handles - before.handles - kept;
    const flat = bytes < maxBytes && handles <= maxHandles;
    if (flat || again === AGAIN) return { bytes, handles, after };
    before = after;
  }
}
