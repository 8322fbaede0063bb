// deno-lint-ignore-file no-console
// Process B: started by A, reads the pipe whose number it gets, and prints the
// data. Ends when A closes the other end.
//
// In a project of your own:
//   import { inheritedHandle } from "jsr:@winipc/winipc";
import { inheritedHandle } from "../../mod.ts";

using pipe = inheritedHandle(Deno.args[0]!);

let rest = "";
for await (const text of pipe.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) console.log(line);
}
