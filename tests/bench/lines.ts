// deno-lint-ignore-file no-console
/**
 * Text through the command line: one long line and many short ones, to a process
 * that only counts; beside a program that only copies. The time is that from the
 * first write of the source to the end of the output.
 * `lines.ts [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { spawn, type SpawnedChild } from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { linesOf } from "../support/lines.ts";

const { json, quick, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs"],
  default: { runs: "5" },
});
const SIZE = (quick ? 8 : 64) * 1048576;
const SHORT = 128;
const CLI = new URL("../../cli.ts", import.meta.url);
const COPY = new URL("./peers/line_copy.ts", import.meta.url);
const SOURCE = new URL("./peers/line_source.ts", import.meta.url);

type Began = AsyncIterator<string>;
/** Starts a command and its source; `line` is the length of a line. */
type Start = (
  stack: AsyncDisposableStack,
  line: number,
  flags: string[],
) => Promise<{ command: SpawnedChild; began: Began }>;

const COMMANDS: Record<string, Start> = {
  copy(stack, line) {
    return served(stack, line, (name) => runArgs(COPY, [name]));
  },
  "pipe serve"(stack, line, flags) {
    const serve = ["--mode", "byte", "--once", ...flags];
    const args = (name: string) => ["pipe", "serve", name, ...serve];
    return served(stack, line, (name) => runArgs(CLI, args(name)));
  },
  async "pipe connect"(stack, line, flags) {
    const name = `winipc-bench-${crypto.randomUUID()}`;
    const source = process(stack, sourceArgs("listen", name, line));
    const began = linesOf(source.stderr.readable);
    await find(began, "ready");
    const connect = ["pipe", "connect", name, "--mode", "byte"];
    const command = process(stack, runArgs(CLI, [...connect, ...flags]));
    return { command, began };
  },
  "anon run"(stack, line, flags) {
    const child = [Deno.execPath(), ...sourceArgs("stdout", "", line)];
    const run = ["anon", "run", ...flags, "--", ...child];
    const command = process(stack, runArgs(CLI, run));
    return Promise.resolve({
      command,
      began: linesOf(command.stderr.readable),
    });
  },
};

/** A source writes to the server of a pipe that `argsOf` tells how to start. */
async function served(
  stack: AsyncDisposableStack,
  line: number,
  argsOf: (name: string) => string[],
): ReturnType<Start> {
  const name = `winipc-bench-${crypto.randomUUID()}`;
  const command = process(stack, argsOf(name));
  const stderr = linesOf(command.stderr.readable);
  await find(stderr, "ready:");
  void discard(stderr).catch(() => {});
  const source = process(stack, sourceArgs("connect", name, line));
  return { command, began: linesOf(source.stderr.readable) };
}

for (const [name, start] of Object.entries(COMMANDS)) {
  for (const [kind, line] of [["one line", SIZE], ["short lines", SHORT]]) {
    for (const flags of name === "copy" ? [[]] : [[], ["--json"]]) {
      const rates: number[] = [];
      for (let i = 0; i < Number(runs); i++) {
        rates.push(await rate(start, Number(line), flags));
      }
      report([name, ...flags, `${kind}`].join(" "), rates);
    }
  }
}

/** MB of text a second. */
async function rate(
  start: Start,
  line: number,
  flags: string[],
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { command, began } = await start(stack, line, flags);
  const counting = count(command.stdout);
  const since = JSON.parse(await find(began, "began")).began;
  void discard(began).catch(() => {});
  const { size, last } = await counting;
  const seconds = (last - since) / 1000;
  if (size < SIZE) throw new Error(`${size} bytes of ${SIZE} have come`);
  return SIZE / 1e6 / seconds;
}

function sourceArgs(way: string, name: string, line: number): string[] {
  return runArgs(SOURCE, [way, name, SIZE, line]);
}

/** By `spawn()`: it reads several times as fast as `Deno.Command`. */
function process(
  stack: AsyncDisposableStack,
  args: string[],
): SpawnedChild {
  const options = {
    args,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  } as const;
  return stack.adopt(spawn(Deno.execPath(), options), async (child) => {
    child.stdin.close();
    await child.status;
    child.close();
  });
}

async function find(lines: Began, text: string): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`"${text}" never came`);
    if (value.includes(text)) return value;
  }
}

async function discard(lines: Began): Promise<void> {
  while (!(await lines.next()).done);
}

/** Counts what comes, and says when the last of it came. */
async function count(
  stdout: SpawnedChild["stdout"],
): Promise<{ size: number; last: number }> {
  const buffer = new Uint8Array(262144);
  let [size, last] = [0, 0];
  for (;;) {
    const length = await stdout.read(buffer);
    if (length === null) return { size, last };
    size += length;
    last = Date.now();
  }
}

function report(name: string, rates: number[]): void {
  const median = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)]!;
  if (json) {
    console.log(JSON.stringify({ name, unit: "MB/s", median, runs: rates }));
    return;
  }
  const all = rates.map((rate) => rate.toFixed(0)).join(" ");
  console.log(`${name.padEnd(34)} ${median.toFixed(0)} MB/s   (${all})`);
}
