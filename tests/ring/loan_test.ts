import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createRing, openRing, type RingLoan } from "../../lib/ring/mod.ts";
import { ROLE_AT } from "../../lib/ring/layout.ts";
import { openSharedMemory } from "../../lib/shared_memory/mod.ts";
import { createEvent } from "../../lib/sync/mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";

const PEER = new URL("peer.ts", import.meta.url);
const limit = { timeout: 20_000 };

async function pair(capacity: number, zeroCopy = true) {
  const name = uniqueName();
  const producer = createRing(name, { capacity });
  const consumer = await openRing(name, { zeroCopy });
  return {
    name,
    producer,
    consumer,
    async [Symbol.asyncDispose]() {
      await producer[Symbol.asyncDispose]();
      await consumer[Symbol.asyncDispose]();
    },
  };
}

function taken(loan: RingLoan | null): Uint8Array<ArrayBuffer>[] {
  assert(loan !== null);
  return [...loan];
}

for (const zeroCopy of [true, false]) {
  const way = zeroCopy ? "in place" : "by copy";

  Deno.test(`borrow() lends all messages in their order over wraps, ${way}`, async () => {
    await using ring = await pair(997, zeroCopy);
    let sent = 0;
    let read = 0;
    let copied = 0;
    while (read < 3000) {
      const list = Array.from(
        { length: 40 },
        (_, i) => pattern((sent + i) % 50, sent + i),
      );
      sent += ring.producer.tryWriteBatch(list);
      using loan = ring.consumer.tryBorrow(300);
      for (const message of taken(loan)) {
        assertEquals(message, pattern(read % 50, read));
        read++;
      }
      if (!loan!.inPlace) copied += loan!.length;
    }
    // In place only those are copied that go on at the beginning.
    assertEquals(copied === read, !zeroCopy);
    assert(copied > 10);
  });

  Deno.test(`a released loan is gone, and its place the producer's, ${way}`, async () => {
    await using ring = await pair(64, zeroCopy);
    ring.producer.tryWrite(pattern(64));
    const loan = ring.consumer.tryBorrow()!;
    const [message] = taken(loan);
    assertEquals([loan.length, loan.inPlace], [1, zeroCopy]);
    assertEquals(message, pattern(64));
    assertEquals(ring.producer.tryWrite(new Uint8Array()), false);
    loan.release();
    loan.release();
    assertEquals([message!.byteLength, loan.bytes.byteLength], [0, 0]);
    assertThrows(() => [...loan], Deno.errors.BadResource, "given back");
    assertThrows(() => loan.forEachRange(() => {}), Deno.errors.BadResource);
    assert(ring.producer.tryWrite(pattern(64, 1)));
    assertEquals(ring.consumer.tryRead(), pattern(64, 1));
  });

  Deno.test(`close() takes back what is lent, ${way}`, async () => {
    await using ring = await pair(64, zeroCopy);
    ring.producer.tryWrite(bytes("x"));
    const loan = ring.consumer.tryBorrow()!;
    const [message] = taken(loan);
    ring.consumer.close();
    assertEquals([loan.released, message!.byteLength], [true, 0]);
    loan.release();
    assertThrows(() => ring.consumer.tryBorrow(), Deno.errors.BadResource);
  });
}

Deno.test("a loan shows the memory itself", async () => {
  await using ring = await pair(64);
  using memory = openSharedMemory(ring.name);
  ring.producer.tryWrite(bytes("hello"));
  using loan = ring.consumer.tryBorrow();
  const [message] = taken(loan);
  memory.write(bytes("J"), 520);
  assertEquals(text(message!), "Jello");
});

Deno.test("nothing else is read while messages are lent", async () => {
  await using ring = await pair(64);
  const { consumer } = ring;
  ring.producer.tryWriteBatch([bytes("one"), bytes("two")]);
  using loan = consumer.tryBorrow(16);
  assertEquals(taken(loan).map(text), ["one"]);
  const { Busy } = Deno.errors;
  assertThrows(() => consumer.tryRead(), Busy, "release them first");
  assertThrows(() => consumer.tryReadBatch(), Busy);
  assertThrows(() => consumer.tryBorrow(), Busy);
  await assertRejects(() => consumer.read(), Busy);
  await assertRejects(() => consumer.borrow(), Busy);
  loan!.release();
  assertEquals(text(consumer.tryRead()), "two");
});

Deno.test("borrow() waits for a message, can be aborted, and ends with null", async () => {
  await using ring = await pair(64);
  assertEquals(ring.consumer.tryBorrow(), null);
  const borrowing = ring.consumer.borrow(limit);
  await ring.producer.write(bytes("a"));
  using loan = await borrowing;
  assertEquals(taken(loan).map(text), ["a"]);
  loan!.release();
  await assertRejects(() => ring.consumer.borrow({ timeout: 5 }), DOMException);
  ring.producer.close();
  assertEquals(await ring.consumer.borrow(), null);
});

Deno.test("a lent message outlives its producer's process", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 1000, role: "consumer" });
  await using peer = startScript(PEER, [name, "last"]);
  await peer.says("written");
  using loan = await ring.borrow(limit);
  await peer.kill();
  assertEquals(taken(loan).map(text), ["last words"]);
  loan!.release();
  await assertRejects(
    () => ring.borrow(limit),
    Deno.errors.BrokenPipe,
    "ended without closing",
  );
});

Deno.test("borrow() copies if the permission for views is revoked", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 100 });
  ring.tryWrite(bytes("hello"));
  await using peer = startScript(PEER, [name, "revoked"]);
  await peer.says("true false hello");
  assertEquals((await peer.ended()).code, 0);
});

Deno.test("a loan whose buffer the program moved away stays readable there", async () => {
  const ring = await pair(64);
  ring.producer.tryWrite(bytes("kept"));
  const loan = ring.consumer.tryBorrow()!;
  const moved = loan.bytes.buffer.transfer();
  loan.release();
  await ring[Symbol.asyncDispose]();
  assertEquals(text(new Uint8Array(moved, 8, 4)), "kept");
});

Deno.test("close() with a loan that cannot be given back closes nevertheless", async () => {
  await using ring = await pair(64);
  const { name, producer, consumer } = ring;
  producer.tryWrite(bytes("lent"));
  const loan = consumer.tryBorrow()!;
  producer.close();
  {
    using memory = openSharedMemory(name);
    memory.write(new Uint8Array([1]), ROLE_AT.producer.sleeping);
  }
  // The producer says that it sleeps, and may not be woken.
  using _event = createEvent(`${name}.producer`, { sddl: "D:" });
  assertThrows(() => consumer.close(), Deno.errors.PermissionDenied);
  assertEquals([consumer.closed, loan.released], [true, true]);
  assertThrows(() => openSharedMemory(name), Deno.errors.NotFound);
});

Deno.test("borrow() rejects damaged memory and bad options", async () => {
  await using ring = await pair(64);
  for (const most of [0, -1, 1.5, "1" as never]) {
    assertThrows(() => ring.consumer.tryBorrow(most), Error, "maxBytes");
    await assertRejects(() => ring.consumer.borrow({ maxBytes: most }), Error);
  }
  using memory = openSharedMemory(ring.name);
  ring.producer.tryWrite(bytes("hello"));
  memory.write(new Uint8Array([65]), 512);
  assertThrows(() => ring.consumer.tryBorrow(), Deno.errors.InvalidData);
});
