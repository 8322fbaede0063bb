import { listWindows } from "../../../copy_data/mod.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import type { MessageWindows } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: MessageWindows,
  env: Environment,
): Promise<void> {
  const found = listWindows().slice(0, common.count);
  if (common.json) {
    const printer = new Printer(env, common);
    for (const window of found) await printer.event("window", { ...window });
    return;
  }
  const rows = found.map(({ handle, pid, className, title }) => [
    `0x${handle.toString(16).padStart(8, "0")}`,
    `${pid}`,
    oneLine(className),
    oneLine(title),
  ]);
  await env.out(columns([["HANDLE", "PID", "CLASS", "TITLE"], ...rows]));
}

/** Titles may contain any text. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- these would break the table.
  return text.replace(/[\x00-\x1f]+/g, " ");
}
