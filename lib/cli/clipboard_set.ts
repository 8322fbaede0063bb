import { writeClipboard } from "../clipboard.ts";
import { ByteText } from "./bytes.ts";
import { asShown, contentFrom } from "./clipboard_content.ts";
import type { ClipboardSet } from "./clipboard.ts";
import type { Environment } from "./environment.ts";
import { iterateUnlessAborted } from "./give_up.ts";
import { Printer } from "./printer.ts";
import { wholeInput } from "./stdin.ts";

/** Runs `clipboard set`. */
export async function clipboardSet(
  { format, text, common }: ClipboardSet,
  env: Environment,
): Promise<void> {
  const shown = asShown(format, common);
  const bytes = text === undefined
    ? await wholeInput(iterateUnlessAborted(env.stdin, env.signal), shown)
    : new ByteText(shown).ofArgument(text);
  const sequence = await writeClipboard(contentFrom(bytes, format), {
    timeout: common.timeout,
    signal: env.signal,
  });
  await new Printer(env, common).event("set", { format, sequence });
}
