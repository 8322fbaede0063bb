// deno-lint-ignore-file no-console
// Measures round trips over winipc. Arguments: the pipe's name, bytes, round trips.
import { connectPipe } from "../../../mod.ts";

const [name, size, rounds] = Deno.args as [string, string, string];
using connection = await connectPipe(name);
const message = new Uint8Array(Number(size)).fill(7);
const buffer = new Uint8Array(65536);
await trips(Number(rounds) / 10);
const began = performance.now();
await trips(Number(rounds));
const micros = (performance.now() - began) * 1000 / Number(rounds);
console.log(JSON.stringify({ micros }));

async function trips(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await connection.write(message);
    for (let got = 0; got < message.length;) {
      const length = await connection.read(buffer);
      if (length === null) throw new Error("The server has closed");
      got += length;
    }
  }
}
