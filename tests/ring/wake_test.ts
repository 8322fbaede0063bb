import { assertEquals, assertThrows } from "@std/assert";
import { EVENT_MODIFY_STATE } from "../../lib/io/object/event_object.ts";
import { createFinalizer } from "../../lib/ring/finalizer.ts";
import { ROLE_AT } from "../../lib/ring/layout.ts";
import type { MappedRing } from "../../lib/ring/mapped_ring.ts";
import { createRing, openRing, type RingRole } from "../../lib/ring/mod.ts";
import { openSharedMemory } from "../../lib/shared_memory/mod.ts";
import { createEvent, waitFor } from "../../lib/sync/mod.ts";
import { trace } from "../../lib/trace/mod.ts";
import { pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { wrapped } from "../support/wrapped.ts";

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

// Only Windows refuses the other right: Wine gives it to every owner.
Deno.test("an end asks for the right to wake the other, and no more", async () => {
  const name = uniqueName();
  const asked: unknown[] = [];
  using _rights = wrapped({
    OpenEventW: (native) => (...args) => {
      asked.push(args[0]);
      return native(...args);
    },
  });
  await using producer = createRing(name, { capacity: 60 });
  await using consumer = await openRing(name, { spin: 0 });
  const reading = consumer.read({ timeout: 20_000 });
  await producer.write(pattern(3));
  assertEquals(await reading, pattern(3));
  assertEquals(asked, [EVENT_MODIFY_STATE]);
});

Deno.test("a wake-up that is refused is tried again", async () => {
  const name = uniqueName();
  await using producer = createRing(name, { capacity: 60 });
  using memory = openSharedMemory(name);
  memory.write(new Uint8Array([1]), ROLE_AT.consumer.sleeping);
  {
    using _refusing = createEvent(`${name}.consumer`, { sddl: "D:" });
    for (let tries = 0; tries < 2; tries++) {
      assertThrows(
        () => producer.tryWrite(pattern(3)),
        Deno.errors.PermissionDenied,
        `Cannot wake the consumer of the ring "${name}": the security of its event does not allow it; between two accounts, give an sddl`,
      );
    }
  }
  using event = createEvent(`${name}.consumer`);
  producer.tryWrite(pattern(3));
  await waitFor(event, { timeout: 0 });
});

Deno.test("the finalizer of an end bears a wake-up that is refused", () => {
  const name = uniqueName();
  using _refusing = createEvent(`${name}.producer`, { sddl: "D:" });
  let ended = false;
  const memory = { load: () => 1, store() {}, end: () => ended = true };
  const ring = { name, role: "consumer", memory } as unknown as MappedRing;
  const timer = setInterval(() => {}, 1000);
  createFinalizer(ring, timer, { kept: true, lent: false })();
  assertEquals(ended, true);
});
