/**
 * The command line: from its arguments to an exit code.
 *
 * @module
 */
import { getColorEnabled, setColorEnabled } from "@std/fmt/colors";
import type { Command } from "./command.ts";
import { type Environment, processEnvironment } from "./environment.ts";
import { exitCodeOf, Interrupted, OutputClosed } from "./exit_code.ts";
import { readableVariable } from "../granted_permissions.ts";
import { load } from "./load.ts";
import { parse } from "./arguments/parse.ts";
import { run } from "./run.ts";
import { oneLine } from "./text/one_line.ts";

/** Runs the command in `args` and resolves to its exit code. */
export async function main(args: string[]): Promise<number> {
  const interrupt = new AbortController();
  const stopListening = onInterrupt(() => {
    // A second Ctrl-C ends the program at once, by Deno itself.
    stopListening();
    interrupt.abort(new Interrupted("Interrupted"));
  });
  setColorEnabled(getColorEnabled() && Deno.stdout.isTerminal());
  try {
    return await execute(args, processEnvironment(interrupt.signal));
  } finally {
    stopListening();
  }
}

/** {@linkcode main} in a given environment. */
export async function execute(
  args: string[],
  env: Environment,
): Promise<number> {
  try {
    const command = parse(args);
    using _trace = await traceOf(command);
    return await run(command, env);
  } catch (error) {
    const cause = env.signal.aborted ? env.signal.reason : error;
    printError(cause, env);
    return exitCodeOf(cause);
  }
}

async function traceOf(command: Command): Promise<Disposable | undefined> {
  const traceFile = "common" in command ? command.common.trace : undefined;
  if (traceFile === undefined) return undefined;
  type Option = typeof import("./trace/option.ts");
  const { startTrace } = await load<Option>("trace/option.ts");
  return startTrace(traceFile);
}

function printError(error: unknown, env: Environment): void {
  if (error instanceof Interrupted || error instanceof OutputClosed) return;
  const message = error instanceof Error ? error.message : String(error);
  env.log(`winipc: ${oneLine(message)}`);
  if (error instanceof Error && isVerbose()) env.log(stackOf(error));
}

function stackOf(error: Error): string {
  const { cause, stack = "" } = error;
  return cause instanceof Error
    ? `${stack}\nCaused by ${stackOf(cause)}`
    : stack;
}

function isVerbose(): boolean {
  return Boolean(readableVariable("WINIPC_VERBOSE"));
}

/** Ctrl-C, and on Windows also Ctrl-Break. */
function onInterrupt(handle: () => void): () => void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT"];
  for (const signal of signals) Deno.addSignalListener(signal, handle);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, handle);
  };
}
