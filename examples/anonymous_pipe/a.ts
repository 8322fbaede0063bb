// Process A: creates a pipe, starts B with its reading end, and sends typed
// lines. Ends when B has.
//
//   deno run -A examples/anonymous_pipe/a.ts
//
// In a project of your own:
//   import { createAnonymousPipe, spawn } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createAnonymousPipe, spawn } from "../../mod.ts";

const encoder = new TextEncoder();
const script = fileURLToPath(new URL("./b.ts", import.meta.url));

using pipe = createAnonymousPipe({ inheritable: "read" });
// The pipe among the arguments becomes the number of its handle, which B
// inherits.
await using child = spawn(Deno.execPath(), {
  args: ["run", "-A", script, pipe.read],
  stdin: "null",
});

for await (const line of createInterface({ input: process.stdin })) {
  await pipe.write.write(encoder.encode(`${line}\n`));
}
pipe.write.close();
Deno.exitCode = (await child.status).code;
