// deno-lint-ignore-file no-console
/**
 * What one of n objects takes, and one of 10 n: connected pipes, mailslots, waits
 * and children. The same number is opened in all, each time by a process of its
 * own; a ratio of 1 says that the cost grows with their number and not faster.
 * `deno task bench scale [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { median } from "./median.ts";
import { runArgs } from "../support/deno.ts";
import { Peer } from "../support/peer.ts";

const { json, quick, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs"],
  default: { runs: Deno.args.includes("--quick") ? "1" : "3" },
});

const PEER = new URL("./peers/scale.ts", import.meta.url);
const FLAGS = ["-A", "--v8-flags=--expose-gc"];
/** So many are open, and so many in all are opened by each process. */
const SUBJECTS = {
  pipe: { few: 100, many: 1000, total: 1000 },
  mailslot: { few: 20, many: 200, total: 1000 },
  wait: { few: 6, many: 64, total: 1280 },
  child: { few: 10, many: 100, total: 100 },
};

/** What the peer prints. */
interface Result {
  readonly bytes: number;
  readonly threads: number;
  readonly steps: Record<string, { wall: number; processor: number }>;
}

for (const [subject, counts] of Object.entries(SUBJECTS)) {
  // With --quick there are fewer children: they take half of the time.
  const { few, many, total } = quick && subject === "child"
    ? { few: 2, many: 20, total: 20 }
    : counts;
  const results: Record<"few" | "many", Result>[] = [];
  for (let run = 0; run < Number(runs); run++) {
    results.push({
      few: await measure(subject, few, total),
      many: await measure(subject, many, total),
    });
  }
  const compare = (
    what: string,
    unit: string,
    of: (result: Result) => number,
  ) => {
    const [one, other] = (["few", "many"] as const)
      .map((side) => results.map((result) => of(result[side])));
    const ratio = median(other!.map((value, run) => value / one![run]!));
    const medians = { few: median(one!), many: median(other!) };
    const name = `scale: ${subject}, ${what}`;
    console.log(
      json
        ? JSON.stringify({ name, unit, open: { few, many }, ...medians, ratio })
        : `${name.padEnd(44)} ${shown(medians.few)} of ${few}, ` +
          `${shown(medians.many)} of ${many} ${unit}, ratio ${
            ratio.toFixed(2)
          }`,
    );
  };
  for (const step of Object.keys(results[0]!.few.steps)) {
    compare(step, "µs each", ({ steps }) => steps[step]!.wall);
    compare(
      `${step}, processor`,
      "µs each",
      ({ steps }) => steps[step]!.processor,
    );
  }
  compare("memory", "KiB each", ({ bytes }) => bytes / 1024);
  compare("threads", "in all", ({ threads }) => threads);
}

async function measure(
  subject: string,
  open: number,
  total: number,
): Promise<Result> {
  const args = runArgs(PEER, [subject, open, total], FLAGS);
  await using peer = new Peer(Deno.execPath(), args);
  return JSON.parse(await peer.line());
}

function shown(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 1 }).padStart(9);
}
