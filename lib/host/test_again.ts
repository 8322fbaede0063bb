/**
 * Which failures are tried once more, and by which chance.
 *
 * @module
 */

import type { Counts } from "./test_counts.ts";

/** What one process tests. */
export interface Unit {
  readonly files: readonly string[];
  run(): Promise<Counts>;
}

/**
 * What these fail by, chance or timing has found: it may not come again, and
 * was there all the same.
 */
const FINDERS = /^tests\/(?:abort|fuzz)\//;
/** The variable that tells tests which seed their chance has. */
const SEED = "WINIPC_TEST_SEED";
/** So many files that failed are tested again, at most. */
const MOST_AGAIN = 4;

/** The seed of a whole run of tests, also of what runs again: the caller's, or a new one. */
export function seedOf(given = Deno.env.get(SEED)): Record<string, string> {
  const [fresh] = crypto.getRandomValues(new Uint32Array(1));
  return { [SEED]: given ?? String(fresh) };
}

/**
 * What failed beside others is run once more, alone, and counts as it ends
 * then: some waits have limits that two busy processors can break. Where many
 * failed, it is not that; and where chance found a failure, that is a find.
 *
 * @param outcomes What came of each; changed by what came then.
 * @param tell Told what is run again.
 */
export async function runAgain(
  outcomes: Map<Unit, Counts>,
  tell: (line: string) => Promise<void>,
): Promise<void> {
  const failed = [...outcomes].filter(([, { failed }]) => failed > 0);
  if (outcomes.size === 1 || failed.length > MOST_AGAIN) return;
  for (const [unit] of failed) {
    if (unit.files.some((file) => FINDERS.test(file))) {
      await tell(
        `\nFailed, and stays so, as chance has found it: ${unit.files}\n`,
      );
      continue;
    }
    await tell(
      `\nFailed beside others, and runs once more, alone: ${unit.files}\n`,
    );
    outcomes.set(unit, await unit.run());
  }
}
