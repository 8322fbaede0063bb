import { writeClipboard } from "../clipboard.ts";
import { ByteText } from "./bytes.ts";
import { asShown, contentFrom } from "./clipboard_content.ts";
import type { ClipboardSet } from "./clipboard.ts";
import type { Common } from "./common.ts";
import type { Environment } from "./environment.ts";
import { iterateUnlessAborted } from "./give_up.ts";
import { Printer } from "./printer.ts";

/** Runs `clipboard set`. */
export async function clipboardSet(
  { format, text, common }: ClipboardSet,
  env: Environment,
): Promise<void> {
  const shown = asShown(format, common);
  const bytes = text === undefined
    ? await ofStdin(shown, env)
    : new ByteText(shown).ofArgument(text);
  const sequence = await writeClipboard(contentFrom(bytes, format), {
    timeout: common.timeout,
    signal: env.signal,
  });
  await new Printer(env, common).event("set", { format, sequence });
}

/** All of stdin; its last line end belongs to who typed it, unless raw. */
async function ofStdin(common: Common, env: Environment): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of iterateUnlessAborted(env.stdin, env.signal)) {
    chunks.push(new Uint8Array(chunk));
  }
  const all = new Uint8Array(await new Blob(chunks).arrayBuffer());
  if (common.format === "raw") return all;
  const end = all.at(-1) !== 10 ? 0 : all.at(-2) === 13 ? 2 : 1;
  return new ByteText(common).ofLine(all.subarray(0, all.byteLength - end));
}
