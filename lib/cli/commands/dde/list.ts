import { listDdeServices } from "../../../dde/mod.ts";
import type { DdeList } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { service, topic, common }: DdeList,
  env: Environment,
): Promise<void> {
  const wait = { signal: env.signal, timeout: common.timeout };
  await new Printer(env, common).list(
    "topic",
    await listDdeServices(service, topic, wait),
    ({ pid, service, topic }) => [`${pid}`, service, topic],
  );
}
