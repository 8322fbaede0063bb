// deno-lint-ignore-file no-console
/**
 * What tracing costs: a cheap native call without winipc, as winipc binds it
 * while nobody traces, after a trace, and while one is taken; each in
 * processes of its own, in turn.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { start } from "./process.ts";

const KINDS = ["bare", "off", "ended", "on"] as const;

const { json, runs } = parseArgs(Deno.args, {
  boolean: ["json"],
  string: ["runs"],
  default: { runs: "5" },
});

const nanos = Object.fromEntries(
  KINDS.map((kind): [string, number[]] => [kind, []]),
);
for (let i = 0; i < Number(runs); i++) {
  for (const kind of KINDS) {
    await using peer = start("winipc", "trace_call", [kind]);
    nanos[kind]!.push(JSON.parse(await peer.line()).nanos);
  }
}
const medians = Object.fromEntries(
  KINDS.map((kind) => [kind, median(nanos[kind]!)]),
);
const ratio = median(nanos.off!.map((value, at) => value / nanos.bare![at]!));
if (json) {
  const name = "a native call, and tracing";
  console.log(
    JSON.stringify({ name, unit: "ns", medians, runs: nanos, ratio }),
  );
} else {
  const [bare, off, ended, on] = KINDS.map((kind) => medians[kind]!.toFixed(1));
  console.log(
    `a native call            ${bare} ns by Deno alone, ${off} by winipc with no trace ` +
      `(ratio ${ratio.toFixed(2)}), ${ended} after one, ${on} in one`,
  );
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
