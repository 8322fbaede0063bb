// deno-lint-ignore-file no-console
// Reads until the client closes, over winipc, and tells how fast. Argument: the pipe's name.
import { listenPipe } from "../../../mod.ts";

using listener = listenPipe(Deno.args[0]!);
console.log("ready");
using connection = await listener.accept();
const buffer = new Uint8Array(1048576);
let total = 0;
let began = 0;
for (;;) {
  const length = await connection.read(buffer);
  if (length === null) break;
  if (total === 0) began = performance.now();
  total += length;
}
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ megabytes: total / 1e6 / seconds }));
