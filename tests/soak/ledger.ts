/** What one side of a way has sent or received: how many, and a checksum of all in their order. */

import { checksum } from "../helpers/names.ts";
import { handleCount, memory } from "../helpers/process_stats.ts";

declare const gc: () => void;

/** Entries by way. */
export class Ledger {
  readonly #counts: Record<string, number> = {};
  readonly #sums: Record<string, number> = {};

  /** Notes a message. */
  add(way: string, message: Uint8Array): void {
    this.#counts[way] = this.count(way) + 1;
    this.#sums[way] = checksum(message, this.#sums[way]);
  }

  /** How many messages a way has carried. */
  count(way: string): number {
    return this.#counts[way] ?? 0;
  }

  /** `12 messages, 1a2b3c4d`, by way. */
  entries(): Record<string, string> {
    return Object.fromEntries(
      Object.keys(this.#counts).sort().map((way) => [
        way,
        `${this.#counts[way]} messages, ${this.#sums[way]!.toString(16)}`,
      ]),
    );
  }
}

/** Handles, and bytes that are in use. */
export interface Weight {
  readonly handles: number;
  readonly bytes: number;
}

/** What this process weighs once the garbage is collected. */
export async function weight(): Promise<Weight> {
  for (let i = 0; i < 5; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve));
  }
  const { private: own, workingSet } = memory();
  const { heapUsed, heapTotal } = Deno.memoryUsage();
  return {
    handles: handleCount(),
    bytes: (own || workingSet) - heapTotal + heapUsed,
  };
}
