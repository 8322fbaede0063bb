// deno-lint-ignore-file no-console
// Exchanges text with AutoHotkey scripts as in its documentation: by
// WM_COPYDATA, in UTF-16 with a NUL after the text.
//
//   deno run -A examples/recipes/autohotkey.ts listen [TITLE]
//   deno run -A examples/recipes/autohotkey.ts send "C:\path\script.ahk" TEXT
//
// In AutoHotkey v2, a script that takes texts:
//
//   OnMessage 0x004A, (wParam, lParam, *) => (
//     ToolTip(StrGet(NumGet(lParam, 2 * A_PtrSize, "Ptr"))), true)
//
// In a project of your own:
//   import { findWindows, listenMessages, sendCopyData } from "jsr:@winipc/winipc";
import { Buffer } from "node:buffer";
import { findWindows, listenMessages, sendCopyData } from "../../mod.ts";

const [role, title = "Receiver", text = ""] = Deno.args;

if (role === "listen") {
  await using listener = listenMessages({ title }, ({ bytes }) => {
    const [text = ""] = new TextDecoder("utf-16le").decode(bytes).split("\0");
    console.log(text);
    return 1; // AutoHotkey's "true"
  });
  console.error(`ready: ${listener.title}`);
  await new Promise(() => {});
} else {
  // The title of a script's main window, which is hidden, begins with the
  // script's path.
  const scripts = findWindows({ className: "AutoHotkey" })
    .filter((window) => window.title.startsWith(title));
  if (scripts.length === 0) throw new Error(`No script "${title}" runs`);
  const bytes = Buffer.from(`${text}\0`, "utf16le");
  for (const { handle } of scripts) {
    const answer = await sendCopyData(handle, bytes);
    console.log(answer === 1 ? "taken" : "refused");
  }
}
