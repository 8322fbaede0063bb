// Process A: sends each typed line to the window of B, as UTF-16.
//
//   deno run -A examples/message/a.ts [TITLE]
//
// In a project of your own: import { sendCopyData } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { sendCopyData } from "../../mod.ts";

const [title = "Client"] = Deno.args;

for await (const line of createInterface({ input: process.stdin })) {
  await sendCopyData(title, utf16(line), { waitForPeer: true });
}

function utf16(text: string): Uint8Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return new Uint8Array(units.buffer);
}
