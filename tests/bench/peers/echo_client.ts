// deno-lint-ignore-file no-console
// Measures round trips over winipc: their time, and this side's processor time.
// Arguments: the pipe's name, bytes, round trips.
import { connectPipe } from "../../../mod.ts";
import { usageOf } from "../usage.ts";

const [name, size, rounds] = Deno.args as [string, string, string];
using connection = await connectPipe(name);
const message = new Uint8Array(Number(size)).fill(7);
const buffer = new Uint8Array(65536);
await trips(Number(rounds) / 10);
const { wall, processor } = await usageOf(() => trips(Number(rounds)));
const micros = wall / Number(rounds);
console.log(JSON.stringify({ micros, processor: processor / Number(rounds) }));

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
