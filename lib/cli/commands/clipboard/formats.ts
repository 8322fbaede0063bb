import { clearClipboard, clipboardFormats } from "../../../clipboard/mod.ts";
import type { ClipboardClear, ClipboardFormats } from "./spec.ts";
import { columns } from "../../text/columns.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function clipboardFormatsCommand(
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

export async function clipboardClear(
  { common }: ClipboardClear,
  env: Environment,
): Promise<void> {
  const wait = { timeout: common.timeout, signal: env.signal };
  const sequence = await clearClipboard(wait);
  await new Printer(env, common).event("cleared", { sequence });
}
