// deno-lint-ignore-file no-console
// Process A: creates one pipe for each direction, sends typed lines, and prints
// B's messages. Ends when B has left.
//
//   deno run -A examples/named_pipe/a.ts [PREFIX]
//
// In a project of your own: import { listenPipe } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { listenPipe } from "../../mod.ts";

const [prefix = ""] = Deno.args;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

using writePipe = listenPipe(`${prefix}WritePipe`, { mode: "message" });
using readPipe = listenPipe(`${prefix}ReadPipe`, { mode: "message" });
console.error(`ready: ${writePipe.name}, ${readPipe.name}`);
using toB = await writePipe.accept();
using fromB = await readPipe.accept();

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => toB.write(encoder.encode(line)));

for await (const message of fromB.messages()) {
  // B's messages have 260 bytes: text, followed by NULs.
  const [text] = decoder.decode(message).split("\0");
  console.log(text);
}
lines.close();
