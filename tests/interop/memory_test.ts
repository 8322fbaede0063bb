import { assertEquals } from "@std/assert";
import { mapFile } from "../../lib/file_mapping/mod.ts";
import { createRing } from "../../lib/ring/mod.ts";
import { createSharedMemory } from "../../lib/shared_memory/mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startNode, testWith } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

const limit = { timeout: 20_000 };

const nodeTest = testWith("node", "koffi");

function node(script: string, ...args: (string | number)[]): Peer {
  return startNode(new URL(`./node/${script}.ts`, import.meta.url), args);
}

/** What message `i` is, as Node's side has it. */
function message(i: number): Uint8Array {
  return new Uint8Array(i % 50).fill(i);
}

nodeTest("Node reads and writes our shared memory", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 4096 });
  memory.write(bytes("hello from us!"));
  await using peer = node("memory", name);
  await peer.says("hello from us!");
  await peer.says("done");
  assertEquals(text(memory.read(100, 15)), "written by Node");
});

nodeTest("Node cannot shorten a file that is mapped here", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "content");
  using mapping = mapFile(path);
  await using peer = node("shorten", path);
  await peer.says("refused");
  assertEquals(text(mapping.read()), "content");
  mapping.close();
  await peer.send("again");
  await peer.says("done");
  assertEquals(await Deno.readTextFile(path), "con");
  await Deno.remove(path);
});

for (const zeroCopy of [true, false]) {
  const way = zeroCopy ? "seen directly" : "by copy";

  nodeTest(`Node consumes our ring (${way})`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, { capacity: 200, zeroCopy });
    await using peer = node("ring", name, "consumer");
    await peer.says("joined");
    for (let i = 0; i < 5000; i++) await ring.write(message(i), limit);
    await ring.drained(limit);
    ring.close();
    await peer.says("5000");
  });

  nodeTest(`Node produces into our ring (${way})`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, {
      capacity: 200,
      role: "consumer",
      zeroCopy,
    });
    await using peer = node("ring", name, "producer", 5000);
    await peer.says("joined");
    let count = 0;
    for await (const found of ring) assertEquals(found, message(count++));
    assertEquals(count, 5000);
    await peer.says("5000");
  });
}
