import { stripVTControlCharacters } from "node:util";

/** How many tests passed, failed and were ignored. */
export interface Counts {
  passed: number;
  failed: number;
  /** The names of those that were ignored, which tell why. */
  skipped: readonly string[];
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
  const ignored = text.matchAll(
    /^(\S.*?) \.\.\. ignored(?: \(\d+\w+\))?\r?$/gm,
  );
  const counts = {
    passed: Number(passed ?? 0),
    failed: Number(failed ?? 0),
    skipped: [...ignored].map(([, name]) => name!),
  };
  if (counts.failed === 0 && (code !== 0 || passed === undefined)) {
    counts.failed = 1;
  }
  return counts;
}

/** The sum of several runs. */
export function addCounts(runs: Counts[]): Counts {
  return runs.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: [...sum.skipped, ...skipped],
    }),
    { passed: 0, failed: 0, skipped: [] },
  );
}

/** What is told at the end: what was ignored, and the sum, whose form others read. */
export function closingWords({ passed, failed, skipped }: Counts): string {
  const sum = `${passed} passed, ${failed} failed`;
  if (skipped.length === 0) return `${sum}\n`;
  return [
    "Skipped:",
    ...skipped.map((name) => `  ${name}`),
    `${sum}, ${skipped.length} skipped\n`,
  ].join("\n");
}
