// deno-lint-ignore-file no-console
/**
 * How long programs take to start and end, beside an empty one, by turns: the
 * entrance of a mechanism, all of winipc, a command of the command line, and
 * each of the modules of Node that winipc leaves until they are needed.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { createMailslot } from "../../mod.ts";
import { runArgs } from "../support/deno.ts";

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

const times = new Map(
  Object.keys(programs).map((program) => [program, [] as number[]]),
);
// The first round compiles, and is not counted.
for (let run = -1; run < Number(runs); run++) {
  for (const [program, args] of Object.entries(programs)) {
    const since = performance.now();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args,
      stdout: "null",
    }).output();
    if (!success) throw new Error(`${program} has failed`);
    if (run >= 0) times.get(program)!.push(performance.now() - since);
  }
}
await Deno.remove(folder, { recursive: true });

const empty = times.get("an empty script")!;
for (const [program, values] of times) {
  const ratio = median(values.map((value, run) => value / empty[run]!));
  console.log(
    json
      ? JSON.stringify({
        name: `start: ${program}`,
        unit: "ms",
        median: median(values),
        runs: values,
        ratio,
      })
      : `start: ${program.padEnd(36)} ${
        median(values).toFixed(0).padStart(5)
      } ms, ${ratio.toFixed(2)} times an empty script`,
  );
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

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
