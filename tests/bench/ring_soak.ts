// deno-lint-ignore-file no-console
/**
 * Many messages through a ring, between two processes, each checked: 100
 * million, or as many as the first argument says. `copy` as the second argument
 * takes the way that needs kernel32.dll only.
 */

import { createRing } from "../../lib/ring/mod.ts";
import { runArgs } from "../support/deno.ts";

const [count = "100000000", way = "view"] = Deno.args;
const messages = Number(count);
const name = `winipc-soak-${Deno.pid}`;

await using ring = createRing(name, {
  capacity: 1 << 18,
  role: "consumer",
  zeroCopy: way !== "copy",
});
const peer = new Deno.Command(Deno.execPath(), {
  args: runArgs(
    new URL("ring_peer.ts", import.meta.url),
    ["soak", name, 0, messages, way],
  ),
}).spawn();

const buffer = new Uint8Array(65536);
const words = new Int32Array(buffer.buffer);
let next = 0;
let sum = 0;
let expected = 0;
let since = 0;
for (;;) {
  const batch = await ring.readBatch({ buffer });
  if (batch === null) break;
  since ||= performance.now();
  batch.forEachRange((_, start, end) => {
    const length = 8 + (next % 256) % 9;
    if (end - start !== length || words[start >> 2] !== (next | 0)) {
      throw new Error(`Message ${next} is not what was sent`);
    }
    sum = (sum + words[(start >> 2) + 1]!) | 0;
    expected = (expected + Math.imul(next, 0x9e37_79b1)) | 0;
    next++;
  });
}
const seconds = (performance.now() - since) / 1000;
const { success } = await peer.status;
if (!success || next !== messages || sum !== expected) {
  throw new Error(
    `${next} of ${messages} messages, checksum ${sum}, not ${expected}`,
  );
}
console.log(
  `${next} messages in ${seconds.toFixed(1)} s, none lost, checksum ${
    sum >>> 0
  }`,
);
