// A plain Win32 program's window, or its sender: window_peer.ts TITLE [TEXT…].
import { Buffer } from "node:buffer";
import process from "node:process";
import { findWindow, open, pump, send } from "./window.ts";

const [title, ...texts] = process.argv.slice(2) as [string, ...string[]];
if (texts.length > 0) {
  const window = findWindow(title);
  for (const text of texts) {
    const answer = send(window, 0, Buffer.from(text, "utf16le"));
    process.stdout.write(`${answer}\n`);
  }
} else {
  open(title, (tag, bytes) => {
    const text = new TextDecoder("utf-16le").decode(bytes);
    process.stdout.write(`${tag} ${text}\n`);
    return text === "refuse" ? 0 : 1;
  });
  process.stdout.write("ready\n");
  for (;;) pump(1000);
}
