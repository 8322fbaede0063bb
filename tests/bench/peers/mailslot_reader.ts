// deno-lint-ignore-file no-console
// Receives until an empty message and tells how fast. Argument: the mailslot's name.
import { createMailslot } from "../../../mod.ts";

using mailslot = createMailslot(Deno.args[0]!);
console.log("ready");
let count = 0;
let began = 0;
for await (const message of mailslot) {
  if (message.byteLength === 0) break;
  if (count++ === 0) began = performance.now();
}
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ rate: (count - 1) / seconds }));
