import { listDdeServices } from "../../../dde/mod.ts";
import { columns } from "../../text/columns.ts";
import type { DdeList } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { service, topic, common }: DdeList,
  env: Environment,
): Promise<void> {
  const wait = { signal: env.signal, timeout: common.timeout };
  const found = await listDdeServices(service, topic, wait);
  const printer = new Printer(env, common);
  for (const entry of found) await printer.event("topic", { ...entry });
  if (common.json || found.length === 0) return;
  const rows = found.map(({ pid, service, topic }) => [
    String(pid),
    service,
    topic,
  ]);
  await env.out(columns(rows));
}
