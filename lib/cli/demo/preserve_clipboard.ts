import { readClipboard, writeClipboard } from "../../clipboard/mod.ts";

/** No program holds the clipboard longer, in ms. */
const TIME_LIMIT = 2000;

/**
 * Keeps the text that is on the clipboard, and puts it back when it is disposed:
 * the scenario's own texts are no use to anybody.
 */
export async function keepClipboard(): Promise<AsyncDisposable> {
  const wait = { timeout: TIME_LIMIT };
  // Who may not read the clipboard is told so by the scenario.
  const { text } = await readClipboard(wait)
    .catch((): { text?: string | undefined } => ({}));
  return {
    async [Symbol.asyncDispose]() {
      if (text !== undefined) await writeClipboard(text, wait).catch(() => {});
    },
  };
}
