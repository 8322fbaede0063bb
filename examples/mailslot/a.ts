// deno-lint-ignore-file no-console
// Process A: creates the mailslot and reads it until "Exit".
//
//   deno run -A examples/mailslot/a.ts [NAME]
//
// In a project of your own: import { createMailslot } from "jsr:@winipc/winipc";
import { createMailslot } from "../../mod.ts";

const [name = "Name"] = Deno.args;
const decoder = new TextDecoder();

using mailslot = createMailslot(name);
console.error(`ready: ${mailslot.name}`);

for await (const message of mailslot) {
  const text = decoder.decode(message);
  if (text === "Exit") break;
  console.log(text);
}
