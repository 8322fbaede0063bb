import { stripVTControlCharacters } from "node:util";

/** How many tests passed, failed and were ignored. */
export interface Counts {
  passed: number;
  failed: number;
  /** The names of those that were ignored, which tell why. */
  skipped: readonly string[];
  /** What the failed tests said. */
  reasons: string;
}

/** How many characters of what failed tests said to keep at each end, at most. */
const MAX_REASONS = 2000;

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
    reasons: "",
  };
  if (counts.failed === 0 && (code !== 0 || passed === undefined)) {
    counts.failed = 1;
  }
  if (counts.failed > 0) counts.reasons = reasonsOf(text, code);
  return counts;
}

/** What Deno lists as errors; without such a list (a run that was ended), its last words. */
function reasonsOf(text: string, code: number): string {
  const [, listed] = /^ ERRORS \r?\n([^]*)^ FAILURES \r?\n/m.exec(text) ?? [];
  const all = listed?.trim() ??
    `Ended with ${code} after:\n${text.slice(-MAX_REASONS).trim()}`;
  if (all.length <= 2 * MAX_REASONS) return all;
  return `${all.slice(0, MAX_REASONS)}\n[…]\n${all.slice(-MAX_REASONS)}`;
}

/** The sum of several runs. */
export function addCounts(runs: Counts[]): Counts {
  return runs.reduce(
    (sum, { passed, failed, skipped, reasons }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: [...sum.skipped, ...skipped],
      reasons: [sum.reasons, reasons].filter(Boolean).join("\n\n"),
    }),
    { passed: 0, failed: 0, skipped: [], reasons: "" },
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
