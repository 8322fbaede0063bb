// deno-lint-ignore-file no-console
// Puts a secret on the clipboard that Windows keeps out of its history (Win+V),
// out of the cloud, and away from programs that collect copied text. Removes it
// after some seconds, unless the clipboard has changed by then.
//
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll,C:\Windows\System32\user32.dll examples/recipes/clipboard_secret.ts SECRET [SECONDS]
//
// Microsoft: Clipboard Formats, "Cloud Clipboard and Clipboard History Formats".
//
// In a project of your own:
//   import { clearClipboard, clipboardSequence, writeClipboard } from "jsr:@winipc/winipc";
import {
  clearClipboard,
  clipboardSequence,
  writeClipboard,
} from "../../mod.ts";

const [text = "", seconds = "20"] = Deno.args;
/** A `DWORD` that means no. */
const NO = new Uint8Array(4);

const own = await writeClipboard({
  text,
  formats: {
    // Its presence is enough.
    ExcludeClipboardContentFromMonitorProcessing: new Uint8Array(1),
    CanIncludeInClipboardHistory: NO,
    CanUploadToCloudClipboard: NO,
  },
});
console.error(`ready: ${seconds} s`);
await new Promise((resolve) => setTimeout(resolve, 1000 * Number(seconds)));
if (clipboardSequence() === own) {
  await clearClipboard();
  console.log("cleared");
} else {
  console.log("something else is there");
}
