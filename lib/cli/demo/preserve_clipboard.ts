import { readClipboard, writeClipboard } from "../../clipboard/mod.ts";

/** No program keeps the clipboard open longer, in ms. */
const TIME_LIMIT = 2000;

/**
 * Saves the text on the clipboard, and restores it when disposed: the
 * scenario's own texts are of no use.
 */
export async function preserveClipboard(): Promise<AsyncDisposable> {
  const wait = { timeout: TIME_LIMIT };
  // Without access to the clipboard, the scenario reports the error.
  const { text } = await readClipboard(wait)
    .catch((): { text?: string | undefined } => ({}));
  return {
    async [Symbol.asyncDispose]() {
      if (text !== undefined) await writeClipboard(text, wait).catch(() => {});
    },
  };
}
