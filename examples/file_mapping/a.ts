// deno-lint-ignore-file no-console
// Process A: maps a file, writes a text into it, and waits until B has read it.
//
//   deno run -A examples/file_mapping/a.ts [FILE] [TEXT] [EVENT]
//
// In a project of your own:
//   import { createEvent, mapFile, waitFor } from "jsr:@winipc/winipc";
import { createEvent, mapFile, waitFor } from "../../mod.ts";

const [file = "shared.txt", text = "Shine", event = "FileIsRead"] = Deno.args;
const bytes = new TextEncoder().encode(text);

using mapping = mapFile(file, {
  access: "read-write",
  create: true,
  growTo: bytes.length,
});
mapping.write(bytes);
await mapping.flush();
await using read = createEvent(event);
console.error(`ready: ${file}, ${mapping.fileSize()} bytes`);

await waitFor(read);
console.log("B has read it");
