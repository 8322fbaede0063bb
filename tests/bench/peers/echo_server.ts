// deno-lint-ignore-file no-console
// Echoes what a client sends, over winipc, and tells the processor time of each
// echo. Argument: the pipe's name.
import { listenPipe, type PipeConnection } from "../../../mod.ts";
import { usageOf } from "../usage.ts";

using listener = listenPipe(Deno.args[0]!);
console.log("ready");
const connection = await listener.accept();
let echoes = 0;
const { processor } = await usageOf(() => echo(connection));
console.log(JSON.stringify({ processor: processor / echoes }));

async function echo(connection: PipeConnection): Promise<void> {
  using _closing = connection;
  const buffer = new Uint8Array(65536);
  for (;; echoes++) {
    const length = await connection.read(buffer);
    if (length === null) return;
    await connection.write(buffer.subarray(0, length));
  }
}
