/** Whether equal rounds of work leave handles behind, in this process or another. */

import { settled } from "./settled.ts";

/** Counts the handles of a process. */
export type HandleCounter = () => Promise<number>;

/** After so many rounds, each of which left some, handles leak. */
const MAX_ROUNDS = 4;

/**
 * Counts the handles of this process at rest, each time with no more threads than
 * the last time: the idle threads of Deno's pool have handles, and end after a while.
 */
export function ownHandles(): HandleCounter {
  let maxThreads = Infinity;
  return async () => {
    const { handles, threads } = await settled(maxThreads);
    maxThreads = threads;
    return handles;
  };
}

/**
 * Runs `round` until it leaves no handle behind, and fails where it leaves some
 * each time. Windows, Deno and RPC make handles when they first need them, for the
 * threads of their pools: those come once, a leak comes with each round. All that
 * `round` opens must be closed at its end; run it, or some of it, before.
 *
 * @param counters Of this process by default. None of them may count more.
 * @param allowed So many handles do not count, 0 by default.
 * @returns What each round left behind, by counter.
 */
export async function assertNoHandlesLeft(
  round: () => unknown,
  counters: readonly HandleCounter[] = [ownHandles()],
  allowed = 0,
): Promise<number[][]> {
  const rounds: number[][] = [];
  let before = await countAll(counters);
  for (;;) {
    await round();
    const after = await countAll(counters);
    const left = after.map((count, i) => count - before[i]!);
    rounds.push(left);
    if (left.every((more) => more <= allowed)) return rounds;
    if (rounds.length === MAX_ROUNDS) {
      throw new Error(`Each round leaves handles: ${rounds.join("; ")}`);
    }
    before = after;
  }
}

/** One after another: what one counter waits for may be work of the next. */
async function countAll(counters: readonly HandleCounter[]): Promise<number[]> {
  const counts: number[] = [];
  for (const counter of counters) counts.push(await counter());
  return counts;
}
