// deno-lint-ignore-file no-console
// Process A: creates shared memory, writes a text, and waits until B has read it.
//
//   deno run -A examples/shared_memory/a.ts [NAME] [TEXT]
//
// In a project of your own:
//   import { createEvent, createSharedMemory, waitFor } from "jsr:@winipc/winipc";
import { createEvent, createSharedMemory, waitFor } from "../../mod.ts";

const [name = "ShareMemory", text = "Shine"] = Deno.args;

using memory = createSharedMemory(name, { size: 4096 });
memory.write(new TextEncoder().encode(`${text}\0`));
await using read = createEvent(`${name}.read`);
console.error(`ready: ${name}, ${memory.mappedSize} bytes`);

await waitFor(read);
console.log("B has read it");
