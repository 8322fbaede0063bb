import { pipeInfo } from "../../../named_pipe/mod.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import type { PipeInfoCommand } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { name, common }: PipeInfoCommand,
  env: Environment,
): Promise<void> {
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
