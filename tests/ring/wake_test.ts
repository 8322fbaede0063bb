import { assertEquals } from "@std/assert";
import { ROLE_AT } from "../../lib/ring/layout.ts";
import { createRing, type RingRole } from "../../lib/ring/mod.ts";
import { openSharedMemory } from "../../lib/shared_memory/mod.ts";
import { trace } from "../../lib/trace/mod.ts";
import { pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";

const PEER = new URL("obeying_peer.ts", import.meta.url);

/** How often an event is set while `work` is done. */
function wakes(work: () => unknown): number {
  let count = 0;
  using _trace = trace({
    sink: ({ name }) => void (name === "SetEvent" && count++),
  });
  work();
  return count;
}

/** Waits until the other end says in the ring's memory that it sleeps. */
async function asleep(ring: string, role: RingRole): Promise<void> {
  using memory = openSharedMemory(ring, { access: "read" });
  while (memory.read(ROLE_AT[role].sleeping, 1)[0] === 0) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function times(count: number, work: () => unknown): () => void {
  return () => {
    for (let i = 0; i < count; i++) assertEquals(work() !== null, true);
  };
}

for (const zeroCopy of [true, false]) {
  const way = zeroCopy ? "seen directly" : "by copy";

  Deno.test(`writes wake the consumer only when it sleeps, ${way}`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, { capacity: 1 << 16, zeroCopy });
    await using peer = startScript(PEER, [name, "consumer"]);
    await peer.says("ready");
    const write = () => ring.tryWrite(pattern(8)) || null;
    assertEquals(wakes(times(1000, write)), 0);
    await peer.send("drop 1000");
    await peer.says("done");
    await peer.send("drop 1");
    await asleep(name, "consumer");
    assertEquals(wakes(write), 1);
    await peer.says("done");
    assertEquals(wakes(times(1000, write)), 0);
    await peer.send("drop 1001");
    await asleep(name, "consumer");
    assertEquals(wakes(() => ring.tryWriteBatch([pattern(8), pattern(9)])), 1);
    await peer.says("done");
  });

  Deno.test(`reads wake the producer only when it sleeps, ${way}`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, {
      capacity: 8000,
      role: "consumer",
      zeroCopy,
    });
    await using peer = startScript(PEER, [name, "producer"]);
    await peer.says("ready");
    for (let i = 0; i < 500; i++) await peer.send("write 8");
    for (let i = 0; i < 500; i++) await peer.says("done");
    const read = () => ring.tryRead();
    assertEquals(wakes(times(500, read)), 0);
    await peer.send("write 7992");
    await peer.says("done");
    await peer.send("write 8");
    await asleep(name, "producer");
    assertEquals(wakes(read), 1);
    await peer.says("done");
    assertEquals(wakes(read), 0);
  });
}
