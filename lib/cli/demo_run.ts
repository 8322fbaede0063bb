import { bold, green, red } from "@std/fmt/colors";
import { columns } from "./columns.ts";
import type { Common } from "./common.ts";
import type { Demo, ScenarioName } from "./demo.ts";
import { type SideEvent, SideProcess } from "./demo_child.ts";
import { DemoFile } from "./demo_file.ts";
import { SCRIPTS } from "./demo_scripts.ts";
import type { Environment } from "./environment.ts";
import { Failed, isTimeout } from "./exit_code.ts";
import { Printer } from "./printer.ts";
import { textCodec } from "./text_codec.ts";

/** No scenario takes longer, in ms, unless `--timeout` says so. */
const DEFAULT_TIMEOUT = 60_000;

/** Runs `demo`. */
export async function demo(command: Demo, env: Environment): Promise<void> {
  let failed = 0;
  for (const name of command.scenarios) {
    const outcome = await play(name, command, env);
    env.signal.throwIfAborted();
    if (command.common.json) {
      await printEvents(name, outcome, command.common, env);
    } else {
      await printStory(name, outcome, env);
    }
    if (outcome.error !== undefined) failed++;
  }
  if (failed === 0) return;
  throw new Failed(
    `${failed} of ${command.scenarios.length} scenarios failed`,
  );
}

interface Outcome {
  readonly events: readonly SideEvent[];
  readonly milliseconds: number;
  readonly error: string | undefined;
}

async function play(
  name: ScenarioName,
  command: Demo,
  env: Environment,
): Promise<Outcome> {
  const since = performance.now();
  const events: SideEvent[] = [];
  let error: string | undefined;
  try {
    await converse(name, command, env, events);
  } catch (reason) {
    error = reason instanceof Error ? reason.message : String(reason);
    if (isTimeout(reason)) error = "It took too long";
  }
  events.sort((one, other) => one.at < other.at ? -1 : 1);
  const milliseconds = Math.round(performance.now() - since);
  return { events, milliseconds, error };
}

/** Starts both sides, feeds them, and sees that all of it arrives. */
async function converse(
  name: ScenarioName,
  { prefix, common }: Demo,
  env: Environment,
  events: SideEvent[],
): Promise<void> {
  const { timeout = DEFAULT_TIMEOUT } = common;
  const signal = AbortSignal.any([env.signal, AbortSignal.timeout(timeout)]);
  const script = SCRIPTS[name];
  const { holds = false, waits = false, file: content } = script;
  const { encoding = common.encoding } = common.encoding === "utf-8"
    ? script
    : common;
  await using file = content === undefined
    ? undefined
    : await DemoFile.create(textCodec(encoding).encode(content));
  const start = (side: "a" | "b") =>
    new SideProcess({
      args: [
        ...["demo", name, side, "--json", `--encoding=${encoding}`],
        ...[`--prefix=${prefix}`, ...file ? [file.path] : []],
        ...waits && side === "b" ? [`--count=${script.a.length}`] : [],
      ],
      signal,
      onEvent: (event) => events.push(event),
    });
  const [first, second] = waits ? ["b", "a"] as const : ["a", "b"] as const;
  await using one = start(first);
  await one.ready();
  if (script.alone) return await hearBoth(one, script.a);
  await using other = start(second);
  const [a, b] = waits ? [other, one] : [one, other];
  if (!holds && !file) await Promise.all([a.feed(script.a), b.feed(script.b)]);
  await Promise.all([
    a.receives(script.b.length),
    b.receives(script.a.length),
  ]);
  if (holds) await a.feed([""]);
  await Promise.all([a.end(), b.end()]);
  compare("A", a.received, script.b);
  compare("B", b.received, script.a);
  await file?.expectSize();
}

/** A has started B, and what B receives comes with what A tells. */
async function hearBoth(
  a: SideProcess,
  texts: readonly string[],
): Promise<void> {
  await a.feed(texts);
  await a.receives(texts.length);
  await a.end();
  compare("B", a.received, texts);
}

function compare(
  side: string,
  received: readonly string[],
  sent: readonly string[],
): void {
  const [got, wanted] = [received, sent].map((texts) => JSON.stringify(texts));
  if (got === wanted) return;
  throw new Error(`${side} received ${got} in the place of ${wanted}`);
}

async function printEvents(
  name: ScenarioName,
  { events, milliseconds, error }: Outcome,
  common: Common,
  env: Environment,
): Promise<void> {
  for (const event of events) await env.out(`${JSON.stringify(event)}\n`);
  await new Printer(env, common).event("result", {
    mechanism: name,
    ok: error === undefined,
    milliseconds,
    ...(error !== undefined && { error }),
  });
}

const WORDS: Readonly<Record<string, string>> = {
  created: "creates",
  opened: "opens",
  sent: "writes",
  message: "reads",
  closed: "closes",
};

async function printStory(
  name: ScenarioName,
  { events, milliseconds, error }: Outcome,
  env: Environment,
): Promise<void> {
  const begin = microseconds(events[0]?.at);
  const rows = events.map((event) => [
    `  ${((microseconds(event.at) - begin) / 1000).toFixed(1).padStart(8)} ms`,
    `${event.side.toUpperCase()} (${event.pid})`,
    (WORDS[event.event] ?? event.event).padEnd(7),
    event.name,
    event.text === undefined
      ? ""
      : `${JSON.stringify(event.text)}, ${event.bytes} bytes`,
  ]);
  const end = error === undefined
    ? `  ${green("ok")} in ${milliseconds} ms`
    : `  ${red("failed")}: ${error}`;
  const { title } = SCRIPTS[name];
  await env.out(`${bold(name)}: ${title}\n${columns(rows)}${end}\n\n`);
}

function microseconds(at: string | undefined): number {
  if (at === undefined) return 0;
  return Date.parse(at) * 1000 + Number(at.slice(-4, -1));
}
