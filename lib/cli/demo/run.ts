import type { Demo, ScenarioName } from "./spec.ts";
import type { Outcome } from "./event.ts";
import { jsonReporter, plainReporter } from "./reporters.ts";
import { LiveReporter } from "./live_reporter.ts";
import type { Measured } from "./measure.ts";
import { runScenario } from "./scenario_run.ts";
import { Scheduler } from "./scheduler.ts";
import { bytesOf, type Result, summary } from "./summary.ts";
import type { Reporter } from "./view.ts";
import type { Environment } from "../environment.ts";
import { Failed, isTimeout } from "../exit_code.ts";
import { load } from "../load.ts";
import { Printer } from "../text/printer.ts";
import { systemInfo } from "../system_info.ts";

/** How many scenarios run at the same time, at most. */
const MAX_WORKERS = 4;

export async function run(command: Demo, env: Environment): Promise<void> {
  await using _clipboard = command.scenarios.includes("clipboard")
    ? await preservedClipboard()
    : undefined;
  const outcomes = await runScenarios(command, env);
  const measured = await measureAll(command, outcomes, env);
  const results = await withFlags(measured);
  if (command.common.json) await printResults(results, command, env);
  // Deno's progress has used this line: see lib/cli/demo/live_reporter.ts.
  else await env.out(`${env.terminal ? "\r" : ""}${summary(results)}`);
  const failed = results.filter(({ outcome }) => outcome.error !== undefined);
  if (failed.length === 0) return;
  throw new Failed(`${failed.length} of ${results.length} scenarios failed`);
}

async function preservedClipboard(): Promise<AsyncDisposable> {
  type Module = typeof import("./preserve_clipboard.ts");
  const module = await load<Module>("demo/preserve_clipboard.ts");
  return await module.preserveClipboard();
}

type Outcomes = ReadonlyMap<ScenarioName, Outcome>;

/** Runs several scenarios at a time, and shows them one after another. */
async function runScenarios(
  { scenarios, prefix, common }: Demo,
  env: Environment,
): Promise<Outcomes> {
  const over = new AbortController();
  const signal = AbortSignal.any([env.signal, over.signal]);
  const view = viewOf(common.json, env);
  const scheduler = new Scheduler(scenarios, view);
  const queue = [...scenarios];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const onEvent = scheduler.begin(name);
      const options = { signal, common, prefix, onEvent };
      await scheduler.end(name, await runScenario(name, options));
    }
  };
  // One more than there are processors, because some always wait.
  const count = Math.min(MAX_WORKERS, navigator.hardwareConcurrency + 1);
  const workers = Array.from({ length: count }, worker);
  try {
    await Promise.all(workers);
  } finally {
    over.abort();
    await Promise.allSettled(workers);
    await view.end?.();
  }
  return scheduler.outcomes;
}

function viewOf(json: boolean, env: Environment): Reporter {
  if (json) return jsonReporter(env);
  return env.terminal ? new LiveReporter(env) : plainReporter(env);
}

type Unflagged = Omit<Result, "flag">;

/** Measures mechanisms that work. One that fails now does not work. */
async function measureAll(
  { rounds, prefix, common: { timeout } }: Demo,
  outcomes: Outcomes,
  env: Environment,
): Promise<Unflagged[]> {
  const names = [...outcomes.keys()];
  const mechanisms = names.filter((name) => !outcomes.get(name)!.error);
  type Module = typeof import("./measure.ts");
  const { signal } = env;
  const results: Unflagged[] = [];
  await using echo = rounds > 0 && mechanisms.length > 0
    ? new (await load<Module>("demo/measure.ts")).Echo({
      mechanisms,
      prefix,
      signal,
    })
    : undefined;
  for (const mechanism of names) {
    let outcome = outcomes.get(mechanism)!;
    let measured: Measured | undefined;
    try {
      if (outcome.error === undefined) {
        measured = await echo?.measure(mechanism, { rounds, timeout });
      }
    } catch (reason) {
      signal.throwIfAborted();
      const text = reason instanceof Error ? reason.message : String(reason);
      const error = isTimeout(reason) ? "it took too long" : text;
      outcome = { ...outcome, error: `Measuring it: ${error}` };
    }
    results.push({ mechanism, outcome, measured });
  }
  return results;
}

async function withFlags(results: readonly Unflagged[]): Promise<Result[]> {
  type Module = typeof import("../doctor/checks.ts");
  const { CHECKS } = await load<Module>("doctor/checks.ts");
  const { wine = false } = systemInfo();
  return results.map((result) => {
    const check = CHECKS.find((each) => each.mechanism === result.mechanism);
    return { ...result, flag: check?.flag(wine) };
  });
}

async function printResults(
  results: readonly Result[],
  { common }: Demo,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  for (const { mechanism, outcome, measured, flag } of results) {
    const { error, milliseconds } = outcome;
    const ok = error === undefined;
    const bytes = bytesOf(outcome);
    const fields = { mechanism, ok, milliseconds, bytes, ...measured, flag };
    await printer.event("result", ok ? fields : { ...fields, error });
  }
}
