// deno-lint-ignore-file no-console
// Process A: creates a ring and writes each typed line to it.
//
//   deno run -A examples/ring/a.ts [NAME]
//
// In a project of your own: import { createRing } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { createRing } from "../../mod.ts";

const [name = "Ring"] = Deno.args;
const encoder = new TextEncoder();

await using ring = createRing(name, { capacity: 65536 });
console.error(`ready: ${name}, ${ring.zeroCopy ? "zero-copy" : "by copy"}`);

for await (const line of createInterface({ input: process.stdin })) {
  await ring.write(encoder.encode(line));
}
await ring.drained();
