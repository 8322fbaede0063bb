import { listPipes, pipeInfo } from "../../../named_pipe/mod.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import type { PipeInfoCommand } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { name, common }: PipeInfoCommand,
  env: Environment,
): Promise<void> {
  const warning = warningFor(name);
  if (warning !== undefined && !common.quiet) env.log(warning);
  const info = pipeInfo(name);
  const unlimited = info.maxInstances === Infinity;
  if (common.json) {
    const maxInstances = unlimited ? null : info.maxInstances;
    const fields = { ...info, maxInstances };
    return await new Printer(env, common).event("info", fields);
  }
  const most = unlimited ? "any number" : String(info.maxInstances);
  await env.out(columns([
    ["name", info.name],
    ["mode", info.mode],
    ["instances", `${info.instances} of ${most}`],
    ["input buffer", `${info.inputBuffer}`],
    ["output buffer", `${info.outputBuffer}`],
    ["server pid", `${info.serverPid}`],
    ["server session", `${info.serverSessionId}`],
  ]));
}

/**
 * The warning before a connection to `name` takes its only instance. The list of
 * pipes has their instances, and reading it connects to none.
 */
function warningFor(name: string): string | undefined {
  const consequence = "other clients find it busy until it listens again";
  switch (instancesOf(name)) {
    case 1:
      return `"${name}" has one instance, which this takes for a moment: ${consequence}`;
    case undefined:
      return `This may take the only instance of "${name}" for a moment: ${consequence}`;
  }
}

/** Undefined for a pipe of another computer, or without a list of pipes. */
function instancesOf(name: string): number | undefined {
  const bare = name.replace(/^[\\/]{2}[.?][\\/]pipe[\\/]/i, "").toLowerCase();
  if (/^[\\/]{2}/.test(bare)) return undefined;
  try {
    const pipes = listPipes();
    return pipes.find(({ name }) => name.toLowerCase() === bare)?.instances ??
      0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotSupported)) throw error;
  }
}
