import { clipboardFormats } from "../../../clipboard/mod.ts";
import type { ClipboardFormats } from "./spec.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: ClipboardFormats,
  env: Environment,
): Promise<void> {
  const wait = { timeout: common.timeout, signal: env.signal };
  const formats = (await clipboardFormats(wait)).slice(0, common.count);
  if (common.json) {
    const printer = new Printer(env, common);
    for (const format of formats) await printer.event("format", { ...format });
    return;
  }
  const rows = formats.map(({ id, name }) => [`${id}`, name]);
  await env.out(columns([["ID", "NAME"], ...rows]));
}
