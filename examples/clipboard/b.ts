// deno-lint-ignore-file no-console
// Process B: prints the clipboard's new texts, until one is "Exit".
//
//   deno run -A examples/clipboard/b.ts
//
// In a project of your own:
//   import { readClipboard, watchClipboard } from "jsr:@winipc/winipc";
import { readClipboard, watchClipboard } from "../../mod.ts";

using watcher = watchClipboard();
console.error("ready: clipboard");

for await (const _change of watcher) {
  const { text, html } = await readClipboard();
  if (text === "Exit") break;
  console.log(text ?? "no text", html ?? "");
}
