import { writeClipboard } from "../../../clipboard/mod.ts";
import { ByteText } from "../../text/bytes.ts";
import { asShown, contentFrom } from "./content.ts";
import type { ClipboardSet } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { abortableItems } from "../../connection/abort.ts";
import { Printer } from "../../text/printer.ts";
import { wholeInput } from "../../text/stdin.ts";

export async function run(
  { format, text, common }: ClipboardSet,
  env: Environment,
): Promise<void> {
  const shown = asShown(format, common);
  const bytes = text === undefined
    ? await wholeInput(abortableItems(env.stdin, env.signal), shown)
    : new ByteText(shown).ofArgument(text);
  const sequence = await writeClipboard(contentFrom(bytes, format), {
    timeout: common.timeout,
    signal: env.signal,
  });
  await new Printer(env, common).event("set", { format, sequence });
}
