// Writes over winipc. Arguments: the pipe's name, bytes of a write, writes, and
// the way: "awaited", "unawaited" or "stream".
import { connectPipe } from "../../../mod.ts";

const [name, size, count, way] = Deno.args as [string, string, string, string];
/** So many writes are begun before one of them is awaited. */
const UNAWAITED = 1000;

using connection = await connectPipe(name);
const chunk = new Uint8Array(Number(size)).fill(7);
switch (way) {
  case "stream": {
    const writer = connection.writable.getWriter();
    for (let i = 0; i < Number(count); i++) {
      await writer.ready;
      writer.write(chunk);
    }
    await writer.close();
    break;
  }
  case "unawaited": {
    let last: Promise<number> | undefined;
    for (let i = 0; i < Number(count); i++) {
      const written = connection.write(chunk);
      if (i % UNAWAITED !== 0) continue;
      await last;
      last = written;
    }
    await connection.write(chunk);
    break;
  }
  default:
    for (let i = 0; i < Number(count); i++) await connection.write(chunk);
}
