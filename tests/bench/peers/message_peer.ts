// deno-lint-ignore-file no-console
// Sends messages to a window while the same number comes back from there.
// Arguments: our title, the other's title, how many. Prints the median latency.
import {
  findWindows,
  listenMessages,
  sendCopyData,
  type WindowInfo,
} from "../../../mod.ts";

const [title, other, count] = Deno.args as [string, string, string];
const listener = listenMessages({ title });
const all = receive();
const data = new Uint8Array(64);
const window = await found(other);
const taken: number[] = [];
for (let i = 0; i < Number(count); i++) {
  const began = performance.now();
  await sendCopyData(window, data);
  taken.push((performance.now() - began) * 1000);
}
taken.sort((a, b) => a - b);
console.log(JSON.stringify({ micros: taken[taken.length >> 1] }));
await all;
listener.close();

async function found(title: string): Promise<WindowInfo> {
  for (;;) {
    const [window] = findWindows({ title });
    if (window !== undefined) return window;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function receive(): Promise<void> {
  for (let i = 0; i < Number(count); i++) await listener.receive();
}
