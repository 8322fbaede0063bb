// Process B: opens the mailslot of A and writes each typed line. "Exit", or the
// end of the input, ends both.
//
//   deno run -A examples/mailslot/b.ts [NAME]
//
// In a project of your own: import { openMailslot } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { openMailslot } from "../../mod.ts";

const [name = "Name"] = Deno.args;
const encoder = new TextEncoder();

using sender = await openMailslot(name, { waitForPeer: true });

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "Exit") break;
  await sender.send(encoder.encode(line));
}
await sender.send(encoder.encode("Exit"));
