// deno-lint-ignore-file no-console
// Process B: opens the shared memory of A, prints the text in it, and notifies
// A.
//
//   deno run -A examples/shared_memory/b.ts [NAME]
//
// In a project of your own:
//   import { openEvent, openSharedMemory } from "jsr:@winipc/winipc";
import { openEvent, openSharedMemory } from "../../mod.ts";

const [name = "ShareMemory"] = Deno.args;

using memory = openSharedMemory(name, { access: "read" });
const bytes = memory.read();
const end = bytes.indexOf(0);
console.log(new TextDecoder().decode(bytes.subarray(0, end)));

using read = openEvent(`${name}.read`);
read.set();
