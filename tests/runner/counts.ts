import { constants } from "node:os";
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
 * without a failed test, or said nothing, counts as one failure. `signal` is
 * the one that ended the started process, which on Linux starts Wine.
 */
export function countsOf(
  output: string,
  code: number,
  signal: Deno.Signal | null = null,
): Counts {
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
  if (counts.failed > 0) {
    counts.reasons = reasonsOf(text, code, endBySignal(code, signal));
  }
  return counts;
}

/**
 * What Deno lists as errors; without such a list (a run that was ended), its last
 * words. And which process a signal has ended, if one did.
 */
function reasonsOf(text: string, code: number, bySignal: string): string {
  const [, listed] = /^ ERRORS \r?\n([^]*)^ FAILURES \r?\n/m.exec(text) ?? [];
  const ended = `Ended with ${code}${bySignal && ` (${bySignal})`}`;
  const all = listed === undefined
    ? `${ended} after:\n${text.slice(-MAX_REASONS).trim()}`
    : `${listed.trim()}${bySignal && `\n\n${ended}`}`;
  if (all.length <= 2 * MAX_REASONS) return all;
  return `${all.slice(0, MAX_REASONS)}\n[…]\n${all.slice(-MAX_REASONS)}`;
}

/**
 * Which process a signal ended, or nothing. bwrap ends with 128 and the number
 * of the signal that ended Wine, and so does the Deno that started it.
 */
function endBySignal(code: number, signal: Deno.Signal | null): string {
  if (signal !== null) return `the Deno of this machine, by ${signal}`;
  if (Deno.build.os === "windows") return "";
  const [name] = Object.entries(constants.signals)
    .find(([, number]) => 128 + number === code) ?? [];
  return name === undefined
    ? ""
    : `Wine's process, by signal ${code - 128}, ${name}`;
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
