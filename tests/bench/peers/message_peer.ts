// deno-lint-ignore-file no-console
// Sends messages to a window while others come back from there. Arguments: our
// title, the other's title, how many to send and to receive. Prints the median
// latency.
import {
  findWindows,
  listenMessages,
  sendCopyData,
  type WindowInfo,
} from "../../../mod.ts";

const [title, other] = Deno.args as [string, string];
const [sent, received] = Deno.args.slice(2).map(Number) as [number, number];
const listener = received > 0 ? listenMessages({ title }) : undefined;
const all = receive();
const data = new Uint8Array(64);
const window = sent > 0 ? await found(other) : 0;
const taken: number[] = [];
for (let i = 0; i < sent; i++) {
  const began = performance.now();
  await sendCopyData(window, data);
  taken.push((performance.now() - began) * 1000);
}
taken.sort((a, b) => a - b);
console.log(JSON.stringify({ micros: taken[taken.length >> 1] ?? 0 }));
await all;
listener?.close();

async function found(title: string): Promise<WindowInfo> {
  for (;;) {
    const [window] = findWindows({ title });
    if (window !== undefined) return window;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function receive(): Promise<void> {
  for (let i = 0; i < received; i++) await listener!.receive();
}
