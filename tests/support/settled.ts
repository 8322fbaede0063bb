/** What a process has of handles, threads and memory when it is at rest. */

import { handleCount, memory, threadCount } from "./process_stats.ts";

/**
 * Far above what Windows keeps idle threads for, about a minute, and below what
 * a file of tests may take: a hang becomes an error. In ms.
 */
const TIMEOUT = 3 * 60_000;

/** Counts at rest. */
export interface Settled {
  readonly handles: number;
  readonly threads: number;
  /** Of memory in use; what V8 keeps of its heap for later does not count. */
  readonly bytes: number;
  /** Those of them that objects of the main thread hold. */
  readonly objectBytes: number;
}

/**
 * The counts once they stand still, with no more than so many threads: Deno
 * starts threads of its own when it is busy, which have handles, and ends them
 * when they have been idle. With `--expose-gc` garbage is collected before.
 *
 * @throws {Error} where they have not stood still for minutes
 */
export async function settled(mostThreads = Infinity): Promise<Settled> {
  const { gc } = globalThis as { gc?: () => void };
  const since = performance.now();
  for (let handles = handleCount();;) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve));
    const [next, threads] = [handleCount(), threadCount()];
    if (next === handles && threads <= mostThreads) {
      const { private: own, workingSet } = memory();
      const { heapUsed, heapTotal, external } = Deno.memoryUsage();
      const bytes = (own || workingSet) - heapTotal + heapUsed;
      return { handles, threads, bytes, objectBytes: heapUsed + external };
    }
    if (performance.now() - since > TIMEOUT) {
      throw new Error(
        `Not at rest: ${handles}, then ${next} handles, ${threads} threads, expected at most ${mostThreads}`,
      );
    }
    handles = next;
  }
}
