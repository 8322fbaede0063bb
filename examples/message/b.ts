// deno-lint-ignore-file no-console
// Process B: has the window that A sends to, and prints each text.
//
//   deno run -A examples/message/b.ts [TITLE]
//
// In a project of your own: import { listenMessages } from "jsr:@winipc/winipc";
import { listenMessages } from "../../mod.ts";

const [title = "Client"] = Deno.args;
const decoder = new TextDecoder("utf-16le");

using listener = listenMessages({ title });
console.error(`ready: ${listener.title}`);

for await (const { bytes } of listener) {
  const text = decoder.decode(bytes);
  if (text === "Exit") break;
  console.log(text);
}
