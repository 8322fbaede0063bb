// The windows of two AutoHotkey scripts: script.ts SCRIPT, which takes texts as
// its documentation says, or script.ts SCRIPT RECEIVER TEXT…, which sends them.
import { Buffer } from "node:buffer";
import process from "node:process";
import { findWindow, open, pump, send } from "../../node/window.ts";

const [script, receiver, ...texts] = process.argv.slice(2) as [
  string,
  string?,
  ...string[],
];
if (receiver !== undefined) {
  const window = findWindow(receiver);
  for (const text of texts) {
    const answer = send(window, 0, Buffer.from(`${text}\0`, "utf16le"));
    process.stdout.write(`${answer}\n`);
  }
} else {
  const take = (_tag: bigint, bytes: Uint8Array) => {
    const text = new TextDecoder("utf-16le").decode(bytes);
    process.stdout.write(`${JSON.stringify(text)}\n`);
    return 1;
  };
  open(`${script} - AutoHotkey v2.0.19`, take, "AutoHotkey");
  process.stdout.write("ready\n");
  for (;;) pump(1000);
}
