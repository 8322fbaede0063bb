// deno-lint-ignore-file no-console
// Process B: connects to A and prints its messages, until A has no more.
//
//   deno run -A examples/socket/b.ts [PORT]
//
// In a project of your own: import { connectSocket } from "jsr:@winipc/winipc";
import { connectSocket } from "../../mod.ts";

const [port = "42424"] = Deno.args;

await using a = await connectSocket(Number(port));

let rest = "";
for await (const text of a.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) console.log(line);
}
