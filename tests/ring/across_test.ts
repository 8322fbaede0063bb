import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { createRing } from "../../lib/ring/mod.ts";
import { checksum, pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";

const PEER = new URL("obeying_peer.ts", import.meta.url);
const limit = { timeout: 20_000 };

/** What the other process says of messages of such lengths. */
function shown(...lengths: number[]): string {
  return lengths.map((length) => `${length}:${checksum(pattern(length))}`)
    .join(" ");
}

/** Tells the other process to do something, and waits until it is done. */
async function obeyed(peer: Peer, words: string, answer = "done") {
  await peer.send(words);
  await peer.says(answer);
}

async function joined(name: string, role: string): Promise<Peer> {
  const peer = startScript(PEER, [name, role]);
  await peer.says("ready");
  return peer;
}

Deno.test("a full ring takes no more until another process has read", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 64 });
  await using peer = await joined(name, "consumer");
  assert(ring.tryWrite(pattern(40)));
  assertFalse(ring.tryWrite(pattern(24)));
  const writing = ring.write(pattern(24), limit);
  await obeyed(peer, "read", shown(40));
  await writing;
  await obeyed(peer, "read", shown(24));
});

Deno.test("another process' write waits for room in a full ring", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 64, role: "consumer" });
  await using peer = await joined(name, "producer");
  await obeyed(peer, "try 64", "true");
  await obeyed(peer, "try 0", "false");
  await peer.send("write 7");
  assertEquals(await ring.read(limit), pattern(64));
  await peer.says("done");
  assertEquals(await ring.read(limit), pattern(7));
});

Deno.test("messages of zero length reach another process, and come from it", async () => {
  const [there, back] = [uniqueName(), uniqueName()];
  await using ring = createRing(there, { capacity: 64 });
  await using theirs = createRing(back, { capacity: 64, role: "consumer" });
  await using consumer = await joined(there, "consumer");
  await using producer = await joined(back, "producer");
  await ring.writeBatch([0, 3, 0].map((length) => pattern(length)), limit);
  for (const length of [0, 3, 0]) {
    await obeyed(consumer, "read", shown(length));
    await obeyed(producer, `write ${length}`);
    assertEquals(await theirs.read(limit), pattern(length));
  }
});

Deno.test("a write that is aborted does not reach another process", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 64 });
  await using peer = await joined(name, "consumer");
  await ring.write(pattern(64));
  const controller = new AbortController();
  const writing = ring.write(pattern(5), { signal: controller.signal });
  controller.abort("enough");
  assertEquals(await writing.catch((reason) => reason), "enough");
  await assertRejects(
    () => ring.write(pattern(6), { timeout: 5 }),
    DOMException,
  );
  await obeyed(peer, "read", shown(64));
  await ring.write(pattern(7));
  await obeyed(peer, "read", shown(7));
});

Deno.test("a read that is aborted takes nothing of another process'", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 64, role: "consumer" });
  await using peer = await joined(name, "producer");
  const controller = new AbortController();
  const reading = ring.read({ signal: controller.signal });
  controller.abort("enough");
  assertEquals(await reading.catch((reason) => reason), "enough");
  await obeyed(peer, "write 64");
  await obeyed(peer, "give-up 5", "TimeoutError");
  assertEquals(await ring.read(limit), pattern(64));
  await obeyed(peer, "close");
  assertEquals(await ring.read(limit), null);
});

Deno.test("batches reach another process whole, also past what the ring holds", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 200 });
  await using peer = await joined(name, "consumer");
  const lengths = [100, 0, 50];
  await ring.writeBatch(lengths.map((length) => pattern(length)), limit);
  await obeyed(peer, "batch", shown(...lengths));
  const many = Array.from({ length: 50 }, (_, i) => i);
  const writing = ring.writeBatch(many.map((length) => pattern(length)), limit);
  let seen = "";
  while (seen.split(" ").length <= many.length) {
    await peer.send("batch");
    seen += `${await peer.line()} `;
  }
  await writing;
  assertEquals(seen.trimEnd(), shown(...many));
});

Deno.test("batches of another process are read together", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 1000, role: "consumer" });
  await using peer = await joined(name, "producer");
  await obeyed(peer, "batch 5 0 17 300");
  const batch = await ring.readBatch(limit);
  assertEquals([...batch!], [5, 0, 17, 300].map((length) => pattern(length)));
});
