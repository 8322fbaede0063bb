// deno-lint-ignore-file no-console
// Process A: listens on a port of this computer, sends typed lines to B, and
// ends when B has left.
//
//   deno run -A examples/socket/a.ts [PORT]
//
// In a project of your own: import { listenSocket } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { listenSocket } from "../../mod.ts";

const [port = "42424"] = Deno.args;
const encoder = new TextEncoder();

await using listener = await listenSocket(Number(port));
console.error(`ready: ${listener.name}`);
await using b = await listener.accept();

for await (const line of createInterface({ input: process.stdin })) {
  await b.write(encoder.encode(`${line}\n`));
}
// B reaches the end, and closes.
await b.closeWrite();
await b.read(new Uint8Array(1));
