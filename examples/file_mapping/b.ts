// deno-lint-ignore-file no-console
// Process B: maps the file of A, prints its text, and notifies A.
//
//   deno run -A examples/file_mapping/b.ts [FILE] [EVENT]
//
// In a project of your own:
//   import { mapFile, openEvent } from "jsr:@winipc/winipc";
import { mapFile, openEvent } from "../../mod.ts";

const [file = "shared.txt", event = "FileIsRead"] = Deno.args;

using mapping = mapFile(file);
console.log(new TextDecoder().decode(mapping.read()));

using read = openEvent(event);
read.set();
