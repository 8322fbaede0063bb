/**
 * Which failures are tried once more, and the seed of what is random.
 *
 * @module
 */

import type { Counts } from "./counts.ts";

/** What one process tests. */
export interface Unit {
  readonly files: readonly string[];
  /** Whether it uses the clipboard, or fixed names, so that no other such may run. */
  readonly isAlone?: boolean;
  run(): Promise<Counts>;
}

/**
 * Files that measure what a process' memory grows by, which Deno and V8 share.
 * Those whose operations chance chooses (abort, fuzz, soak) are not among them:
 * what they find may not come again.
 */
const MEASURES_MEMORY = /^tests\/robustness\/leaks(?:\/|$)/;
/** The variable that tells tests which seed their chance has. */
const SEED = "WINIPC_TEST_SEED";

/** The seed of a whole run of tests, also of what runs again: the caller's, or a new one. */
export function seedOf(given = Deno.env.get(SEED)): Record<string, string> {
  const [fresh] = crypto.getRandomValues(new Uint32Array(1));
  return { [SEED]: given ?? String(fresh) };
}

/**
 * Runs files that measure memory once more, alone, where they failed: that run
 * counts. Any other failure stays, as it has a cause to be found. With
 * `--strict` nothing runs again.
 *
 * @param outcomes Results by unit; those of a second run replace the first.
 * @param log Called with a line for each second run.
 */
export async function runAgain(
  outcomes: Map<Unit, Counts>,
  log: (line: string) => Promise<void>,
): Promise<void> {
  // A lone file was alone at its first run.
  if (outcomes.size === 1) return;
  for (const [unit, { failed }] of [...outcomes]) {
    if (failed === 0) continue;
    if (!unit.files.every((file) => MEASURES_MEMORY.test(file))) continue;
    await log(`\nMeasures memory, and runs once more, alone: ${unit.files}\n`);
    outcomes.set(unit, await unit.run());
  }
}
