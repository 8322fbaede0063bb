// deno-lint-ignore-file no-console
// Sends messages to a window while the same number comes back from there.
// Arguments: our title, the other's title, how many. Prints the median latency.
import { listenMessages, sendCopyData } from "../../../mod.ts";

const [title, other, count] = Deno.args as [string, string, string];
const listener = listenMessages({ title });
const all = receive();
const data = new Uint8Array(64);
const taken: number[] = [];
for (let i = 0; i < Number(count); i++) {
  const began = performance.now();
  await sendCopyData(other, data, { waitForWindow: true });
  taken.push((performance.now() - began) * 1000);
}
taken.sort((a, b) => a - b);
console.log(JSON.stringify({ micros: taken[taken.length >> 1] }));
await all;
listener.close();

async function receive(): Promise<void> {
  for (let i = 0; i < Number(count); i++) await listener.receive();
}
