import { listPipes } from "../../../named_pipe/mod.ts";
import type { Environment } from "../../environment.ts";
import type { PipeList } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: PipeList,
  env: Environment,
): Promise<void> {
  const pipes = listPipes().sort((a, b) => a.name.localeCompare(b.name));
  await new Printer(env, common).list(
    "pipe",
    pipes,
    ({ name, instances }) => [name, `${instances}`],
    ["NAME", "INSTANCES"],
  );
}
