// deno-lint-ignore-file no-console
/**
 * How long programs take to start and end, and their processor time, beside an
 * empty one, by turns: the entrance of a mechanism, all of winipc, a command of
 * the command line, and a module of Node that winipc leaves until it is needed.
 * `deno task bench start [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { removeTree } from "../../lib/wine/cache.ts";
import { createMailslot } from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { median } from "./median.ts";
import { Watched } from "./usage.ts";

const { json, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs"],
  default: { runs: Deno.args.includes("--quick") ? "3" : "11" },
});

const name = `winipc-start-${Deno.pid}`;
await using _mailslot = createMailslot(name);
const folder = await Deno.makeTempDir();
const programs: Record<string, string[]> = {
  "an empty script": await script("empty", ""),
  "a mechanism's entrance (mailslot)": await importing("lib/mailslot/mod.ts"),
  "a mechanism's entrance (named-pipe)": await importing(
    "lib/named_pipe/mod.ts",
  ),
  "mod.ts": await importing("mod.ts"),
  "winipc mailslot write": runArgs(at("cli.ts"), [
    "mailslot",
    "write",
    name,
    "hello",
  ]),
  "node:worker_threads alone": await script(
    "node",
    'import "node:worker_threads";',
  ),
};

const times = measurements();
const processorTimes = measurements();
// The first round compiles, and is not counted.
for (let run = -1; run < Number(runs); run++) {
  for (const [program, args] of Object.entries(programs)) {
    const since = performance.now();
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "null" })
      .spawn();
    using watched = new Watched(child.pid);
    const { success } = await child.status;
    if (!success) throw new Error(`${program} has failed`);
    if (run < 0) continue;
    times.get(program)!.push(performance.now() - since);
    processorTimes.get(program)!.push(watched.processorTime / 1000);
  }
}
await removeTree(folder);

report("start", times);
report("start, processor", processorTimes);

function measurements(): Map<string, number[]> {
  return new Map(Object.keys(programs).map((program) => [program, []]));
}

function report(what: string, all: Map<string, number[]>): void {
  const empty = all.get("an empty script")!;
  for (const [program, values] of all) {
    const ms = median(values);
    const ratio = median(values.map((value, run) => value / empty[run]!));
    const name = `${what}: ${program}`;
    console.log(
      json
        ? JSON.stringify({ name, unit: "ms", median: ms, runs: values, ratio })
        : `${name.padEnd(54)} ${ms.toFixed(0).padStart(5)} ms, ` +
          `${ratio.toFixed(2)} times an empty script`,
    );
  }
}

async function script(file: string, text: string): Promise<string[]> {
  const path = `${folder}/${file}.ts`;
  await Deno.writeTextFile(path, text);
  return ["run", "-A", "--no-check", "--no-prompt", path];
}

function importing(path: string): Promise<string[]> {
  const text = `import ${JSON.stringify(at(path).href)};`;
  return script(path.replaceAll(/[/.]/g, "_"), text);
}

function at(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}
