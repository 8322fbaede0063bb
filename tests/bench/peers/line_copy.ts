// Copies what comes by a pipe to stdout: what the command line could reach at best.
import { listenPipe } from "../../../mod.ts";

await using listener = listenPipe(Deno.args[0]!, { maxInstances: 1 });
await Deno.stderr.write(new TextEncoder().encode("ready:\n"));
await using connection = await listener.accept();
const buffer = new Uint8Array(262144);
for (;;) {
  const length = await connection.read(buffer);
  if (length === null) break;
  for (let at = 0; at < length;) {
    at += await Deno.stdout.write(buffer.subarray(at, length));
  }
}
