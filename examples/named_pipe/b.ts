// deno-lint-ignore-file no-console
// Process B: opens both pipes of A, sends typed lines as 260 bytes, and prints
// A's messages. Ends with the input.
//
//   deno run -A examples/named_pipe/b.ts [PREFIX]
//
// In a project of your own: import { connectPipe } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import process from "node:process";
import { connectPipe } from "../../mod.ts";

const [prefix = ""] = Deno.args;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const options = { mode: "message", waitForPeer: true } as const;
using fromA = await connectPipe(`${prefix}WritePipe`, options);
using toA = await connectPipe(`${prefix}ReadPipe`, options);

// It rejects when the pipe is closed below, at the end of the input.
print().catch(() => {});
for await (const line of createInterface({ input: process.stdin })) {
  const message = new Uint8Array(260);
  encoder.encodeInto(line, message.subarray(0, 259));
  await toA.write(message);
}

async function print(): Promise<void> {
  for await (const message of fromA.messages()) {
    console.log(decoder.decode(message));
  }
}
