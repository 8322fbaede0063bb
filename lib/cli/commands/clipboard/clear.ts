import { clearClipboard } from "../../../clipboard/mod.ts";
import type { ClipboardClear } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: ClipboardClear,
  env: Environment,
): Promise<void> {
  const wait = { timeout: common.timeout, signal: env.signal };
  const sequence = await clearClipboard(wait);
  await new Printer(env, common).event("cleared", { sequence });
}
