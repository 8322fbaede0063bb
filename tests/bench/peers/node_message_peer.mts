// deno-lint-ignore-file no-console
// The same as message_peer.ts in plain calls, on one thread that blocks.
import process from "node:process";
import { findWindow, open, pump, send } from "../../interop/node/window.ts";

const [title, other] = process.argv.slice(2) as [string, string];
const [sent, all] = process.argv.slice(4).map(Number) as [number, number];
let received = 0;
open(title, () => {
  received++;
  return 1;
});
let window = 0;
while (sent > 0 && (window = findWindow(other)) === 0) pump(5);
const data = new Uint8Array(64);
const taken: number[] = [];
for (let i = 0; i < sent; i++) {
  const began = performance.now();
  send(window, 0, data);
  taken.push((performance.now() - began) * 1000);
}
taken.sort((a, b) => a - b);
while (received < all) pump(100);
console.log(JSON.stringify({ micros: taken[taken.length >> 1] ?? 0 }));
