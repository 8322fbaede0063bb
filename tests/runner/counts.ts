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
  /** How many processes Wine ended by SIGSEGV after all their tests had passed. */
  lateFaults: number;
}

/** How many characters of what failed tests said to keep at each end, at most. */
const MAX_REASONS = 2000;
/** More late faults than this in one run are a failure: Wine's race is rare. */
const MAX_LATE_FAULTS = 5;

/**
 * Reads the summary of one `deno test` from its output. A run that failed
 * without a failed test, or said nothing, counts as one failure. `signal` is
 * the one that ended the started process, which on Linux starts Wine. What
 * {@linkcode isLateFault} tells is no failure.
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
    lateFaults: 0,
  };
  if (counts.failed === 0 && (code !== 0 || passed === undefined)) {
    if (isLateFault(text, code, signal)) counts.lateFaults = 1;
    else counts.failed = 1;
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
 * Whether Wine 10's own race ended the process, behind Windows' back: the last
 * line says that all tests passed, then Windows' process ended, and a thread
 * that was just ending took Wine's SIGQUIT without its data. A fault in code of
 * Windows is an exception there and ends with another code (the known issues in
 * .github/docs/testing.md). Windows has neither signals nor such an end.
 */
function isLateFault(
  text: string,
  code: number,
  signal: Deno.Signal | null,
): boolean {
  return Deno.build.os !== "windows" && signal === null &&
    code === 128 + constants.signals.SIGSEGV &&
    /^ok \| \d+ passed.* \| 0 failed.*$/.test(
      text.trimEnd().split("\n").at(-1)!,
    );
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
  const sum = runs.reduce(
    (sum, { passed, failed, skipped, reasons, lateFaults }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: [...sum.skipped, ...skipped],
      reasons: [sum.reasons, reasons].filter(Boolean).join("\n\n"),
      lateFaults: sum.lateFaults + lateFaults,
    }),
    { passed: 0, failed: 0, skipped: [], reasons: "", lateFaults: 0 },
  );
  if (sum.lateFaults <= MAX_LATE_FAULTS) return sum;
  const tooMany =
    `${sum.lateFaults} processes ended by SIGSEGV after their tests had ` +
    `passed; ${MAX_LATE_FAULTS} at most are taken for Wine's race`;
  return {
    ...sum,
    failed: sum.failed + 1,
    reasons: [sum.reasons, tooMany].filter(Boolean).join("\n\n"),
  };
}

/** What is told at the end: what was ignored, and the sum, whose form others read. */
export function closingWords(
  { passed, failed, skipped, lateFaults }: Counts,
): string {
  const sum = `${passed} passed, ${failed} failed`;
  const lines: string[] = [];
  if (lateFaults > 0) {
    lines.push(
      `Ended by Wine with SIGSEGV after all their tests had passed: ${lateFaults}`,
    );
  }
  if (skipped.length === 0) return [...lines, `${sum}\n`].join("\n");
  return [
    ...lines,
    "Skipped:",
    ...skipped.map((name) => `  ${name}`),
    `${sum}, ${skipped.length} skipped\n`,
  ].join("\n");
}
