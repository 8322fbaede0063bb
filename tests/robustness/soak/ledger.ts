/** What one side of a way has sent or received: how many, and a checksum of all in their order. */

import { checksum } from "../../support/names.ts";

/**
 * The flags that both sides run with, and `deno task soak`. V8 lets the heap of
 * each thread grow in steps as long as there is room, and `gc()` reaches that of
 * its own thread only, not those of the threads for windows: left alone, the
 * receiver grew by 26 MiB in a minute and 43 in ten, in which nothing leaked.
 */
export const FLAGS = [
  "-A",
  "--v8-flags=--expose-gc,--optimize-for-size,--initial-old-space-size=12",
];

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
