import { listPipes } from "../../../named_pipe/mod.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import type { PipeList } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: PipeList,
  env: Environment,
): Promise<void> {
  const pipes = listPipes()
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, common.count);
  if (common.json) {
    const printer = new Printer(env, common);
    for (const pipe of pipes) await printer.event("pipe", { ...pipe });
    return;
  }
  const rows = pipes.map(({ name, instances }) => [name, `${instances}`]);
  await env.out(columns([["NAME", "INSTANCES"], ...rows]));
}
