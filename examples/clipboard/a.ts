// Process A: puts each typed line on the clipboard, as text and HTML.
//
//   deno run -A examples/clipboard/a.ts
//
// In a project of your own:
//   import { writeClipboard } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { writeClipboard } from "../../mod.ts";

for await (const text of createInterface({ input: process.stdin })) {
  const html = `<b>${
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
  }</b>`;
  await writeClipboard({ text, html });
}
