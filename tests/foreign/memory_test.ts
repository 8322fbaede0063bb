import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { mapFile } from "../../lib/file_mapping/mod.ts";
import { createRing } from "../../lib/ring/mod.ts";
import { createSharedMemory } from "../../lib/shared_memory/mod.ts";
import { bytes, text, uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";
import { Peer } from "../helpers/peer.ts";

const limit = { timeout: 20_000 };

function node(script: string, ...args: (string | number)[]): Peer {
  const file = fileURLToPath(new URL(`./node/${script}.ts`, import.meta.url));
  const program = Deno.env.get("WINIPC_TEST_NODE");
  if (program === undefined || !Deno.env.has("WINIPC_TEST_KOFFI")) {
    throw new Error(
      'WINIPC_TEST_NODE and WINIPC_TEST_KOFFI are not set: run "deno task test"',
    );
  }
  return new Peer(program, ["--no-warnings", file, ...args.map(String)]);
}

/** What message `i` is, as Node's side has it. */
function message(i: number): Uint8Array {
  return new Uint8Array(i % 50).fill(i);
}

Deno.test("Node reads and writes our shared memory", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 4096 });
  memory.write(bytes("hello from us!"));
  await using peer = node("memory", name);
  await peer.says("hello from us!");
  await peer.says("done");
  assertEquals(text(memory.read(100, 15)), "written by Node");
});

Deno.test("Node cannot shorten a file that is mapped here", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "content");
  using mapping = mapFile(path);
  await using peer = node("shorten", path);
  await peer.says("refused");
  assertEquals(text(mapping.read()), "content");
  mapping.close();
  await peer.tell("again");
  await peer.says("done");
  assertEquals(await Deno.readTextFile(path), "con");
  await Deno.remove(path);
});

for (const zeroCopy of [true, false]) {
  const way = zeroCopy ? "seen directly" : "by copy";

  Deno.test(`Node consumes our ring (${way})`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, { capacity: 200, zeroCopy });
    await using peer = node("ring", name, "consumer");
    for (let i = 0; i < 5000; i++) await ring.write(message(i), limit);
    await ring.drained(limit);
    ring.close();
    await peer.says("5000");
  });

  Deno.test(`Node produces into our ring (${way})`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, {
      capacity: 200,
      role: "consumer",
      zeroCopy,
    });
    await using peer = node("ring", name, "producer", 5000);
    let count = 0;
    for await (const found of ring) assertEquals(found, message(count++));
    assertEquals(count, 5000);
    await peer.says("5000");
  });
}
