// deno-lint-ignore-file no-console
// Echoes what each client sends, over winipc. Argument: the pipe's name.
import { listenPipe, type PipeConnection } from "../../../mod.ts";

using listener = listenPipe(Deno.args[0]!);
console.log("ready");
const connection = await listener.accept();
await echo(connection);

async function echo(connection: PipeConnection): Promise<void> {
  using _closing = connection;
  const buffer = new Uint8Array(65536);
  for (;;) {
    const length = await connection.read(buffer);
    if (length === null) return;
    await connection.write(buffer.subarray(0, length));
  }
}
