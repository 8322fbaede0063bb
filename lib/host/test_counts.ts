import { stripVTControlCharacters } from "node:util";

/** How many tests passed and failed. */
export interface Counts {
  passed: number;
  failed: number;
}

/**
 * Reads the summary of one `deno test` from its output. A run that failed
 * without a failed test, or said nothing, counts as one failure.
 */
export function countsOf(output: string, code: number): Counts {
  const text = stripVTControlCharacters(output);
  const summaries = text.matchAll(
    /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed/gm,
  );
  const [, passed, failed] = [...summaries].at(-1) ?? [];
  const counts = { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
  if (counts.failed === 0 && (code !== 0 || passed === undefined)) {
    counts.failed = 1;
  }
  return counts;
}

/** The sum of several runs. */
export function addCounts(runs: Counts[]): Counts {
  return runs.reduce(
    (sum, { passed, failed }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
    }),
    { passed: 0, failed: 0 },
  );
}
