import type { GlobalOptions } from "../arguments/global_options.ts";
import type { ScenarioName } from "./spec.ts";
import { SideProcess } from "./child.ts";
import type { Outcome, SideEvent } from "./event.ts";
import { DemoFile } from "./file.ts";
import { SCENARIO_DATA } from "./scenarios.ts";
import { isTimeout } from "../exit_code.ts";
import { textCodec } from "../text/text_codec.ts";
import { traceFlags } from "../trace/flags.ts";

export interface ScenarioOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly common: GlobalOptions;
  /** The prefix of the objects' names. */
  readonly prefix: string;
  /**
   * Called for every event as it arrives; events of the two sides may be out of
   * order.
   */
  readonly onEvent: (event: SideEvent) => void;
}

/** The time limit of a scenario in ms, without `--timeout`. */
const DEFAULT_TIMEOUT = 60_000;

/** Runs both processes of a scenario. Rejects only with the signal's reason. */
export async function runScenario(
  name: ScenarioName,
  options: ScenarioOptions,
): Promise<Outcome> {
  const since = performance.now();
  const events: SideEvent[] = [];
  const onEvent = (event: SideEvent) => {
    events.push(event);
    options.onEvent(event);
  };
  let error: string | undefined;
  try {
    await converse(name, { ...options, onEvent });
  } catch (reason) {
    options.signal.throwIfAborted();
    error = reason instanceof Error ? reason.message : String(reason);
    if (isTimeout(reason)) error = "It took too long";
  }
  const milliseconds = Math.round(performance.now() - since);
  return { events: inOrder(events), milliseconds, error };
}

/** The events of both sides, by time. */
export function inOrder(events: readonly SideEvent[]): SideEvent[] {
  return events.toSorted((one, other) =>
    one.at < other.at ? -1 : one.at > other.at ? 1 : 0
  );
}

/**
 * Starts both sides, sends them their input, and checks that everything
 * arrives.
 */
async function converse(
  name: ScenarioName,
  { prefix, common, onEvent, signal: ending }: ScenarioOptions,
): Promise<void> {
  const { timeout = DEFAULT_TIMEOUT } = common;
  const signal = AbortSignal.any([ending, AbortSignal.timeout(timeout)]);
  const script = SCENARIO_DATA[name];
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
        // B may take all of the time to start; a line of input ends A's wait.
        ...holds && side === "a" ? [`--hold=${timeout}`] : [],
        ...traceFlags(common),
      ],
      signal,
      onEvent,
    });
  const [first, second] = waits ? ["b", "a"] as const : ["a", "b"] as const;
  await using one = start(first);
  await one.ready();
  if (script.alone) return await readBoth(one, script.a);
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

/** A has started B, and B's events come with A's. */
async function readBoth(
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
  throw new Error(`${side} received ${got} instead of ${wanted}`);
}
