import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createRing, openRing } from "../../lib/ring/mod.ts";
import { createSharedMemory } from "../../lib/shared_memory/mod.ts";
import { createEvent, openEvent } from "../../lib/sync/mod.ts";
import {
  bytes,
  checksum,
  pattern,
  text,
  uniqueName,
} from "../support/names.ts";
import "../support/native.ts";

const limit = { timeout: 20_000 };
const WAYS = [true, false];

/** Both ends of a ring in this process. */
async function pair(capacity: number, zeroCopy = true) {
  const name = uniqueName();
  const producer = createRing(name, { capacity, zeroCopy });
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

for (const zeroCopy of WAYS) {
  const way = zeroCopy ? "seen directly" : "by copy";

  Deno.test(`a ring ${way} keeps messages whole and in order over wraps`, async () => {
    await using ring = await pair(97, zeroCopy);
    assertEquals(ring.producer.zeroCopy, zeroCopy);
    for (let i = 0; i < 2000; i++) {
      const message = pattern(i % 98, i);
      assert(ring.producer.tryWrite(message));
      assertEquals(ring.consumer.tryRead(), message);
    }
    assertEquals(ring.consumer.tryRead(), null);
  });

  Deno.test(`a ring ${way} takes batches`, async () => {
    await using ring = await pair(1000, zeroCopy);
    const buffer = new Uint8Array(500);
    let sent = 0;
    let read = 0;
    while (read < 3000) {
      const list = Array.from(
        { length: 40 },
        (_, i) => pattern((sent + i) % 50, sent + i),
      );
      sent += ring.producer.tryWriteBatch(list);
      for (const message of ring.consumer.tryReadBatch(buffer)) {
        assertEquals(message, pattern(read % 50, read));
        read++;
      }
    }
  });
}

Deno.test("both ways understand each other", async () => {
  const name = uniqueName();
  await using producer = createRing(name, { capacity: 100, zeroCopy: true });
  await using consumer = await openRing(name, { zeroCopy: false });
  for (let i = 0; i < 100; i++) {
    producer.tryWrite(pattern(i));
    assertEquals(consumer.tryRead(), pattern(i));
  }
});

Deno.test("tryWrite() of a full ring is false, and of any message up to the capacity true", async () => {
  await using ring = await pair(64);
  assert(ring.producer.tryWrite(pattern(64)));
  assertEquals(ring.producer.tryWrite(new Uint8Array()), false);
  assertEquals(ring.consumer.tryRead(), pattern(64));
  assertThrows(() => ring.producer.tryWrite(pattern(65)), RangeError);
});

Deno.test("messages of zero length are messages", async () => {
  await using ring = await pair(64);
  await ring.producer.write(new Uint8Array());
  await ring.producer.write(bytes("x"));
  assertEquals((await ring.consumer.read())!.byteLength, 0);
  assertEquals(text(await ring.consumer.read()), "x");
});

Deno.test("readInto() refuses a message that is longer, and leaves it", async () => {
  await using ring = await pair(64);
  await ring.producer.write(pattern(10));
  assertThrows(() => ring.consumer.tryReadInto(new Uint8Array(9)), RangeError);
  const buffer = new Uint8Array(20);
  assertEquals(await ring.consumer.readInto(buffer), 10);
  assertEquals(buffer.subarray(0, 10), pattern(10));
});

Deno.test("write() waits for room, read() for a message", async () => {
  await using ring = await pair(64);
  const reading = ring.consumer.read(limit);
  await ring.producer.write(bytes("a"));
  assertEquals(text(await reading), "a");
  await ring.producer.write(pattern(64));
  const writing = ring.producer.write(bytes("b"), limit);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(ring.consumer.tryRead(), pattern(64));
  await writing;
  assertEquals(text(await ring.consumer.read()), "b");
});

Deno.test("read() and write() settle in the order of their calls", async () => {
  await using ring = await pair(4096);
  // More than run between two turns of the event loop.
  const numbers = Array.from({ length: 60 }, (_, i) => i);
  const settled: Record<"written" | "read", number[]> = {
    written: [],
    read: [],
  };
  await Promise.all(numbers.map(async (number) => {
    await ring.producer.write(Uint8Array.of(number));
    settled.written.push(number);
  }));
  await Promise.all(numbers.map(async () => {
    settled.read.push((await ring.consumer.read())![0]!);
  }));
  assertEquals(settled, { written: numbers, read: numbers });
});

Deno.test("read() and write() do what can be done at once, whatever pauses", async () => {
  await using ring = await pair(4096);
  const now = { timeout: 0 };
  const numbers = Array.from({ length: 60 }, (_, i) => i);
  const writes = numbers.map((number) =>
    ring.producer.write(Uint8Array.of(number), now)
  );
  // Behind all of them, though they have not settled.
  ring.producer.tryWrite(Uint8Array.of(60));
  const reads = numbers.map(() => ring.consumer.read(now));
  assertEquals(ring.consumer.tryRead(), Uint8Array.of(60));
  ring.producer.close();
  await Promise.all(writes);
  assertEquals(
    (await Promise.all(reads)).map((message) => message![0]),
    numbers,
  );
});

Deno.test("read() and write() can be aborted and lose nothing", async () => {
  await using ring = await pair(8);
  const controller = new AbortController();
  const reading = ring.consumer.read({ signal: controller.signal });
  await new Promise((resolve) => setTimeout(resolve, 0));
  controller.abort("enough");
  assertEquals(await reading.catch((reason) => reason), "enough");
  for (const timeout of [0, 5]) {
    const error = await assertRejects(
      () => ring.consumer.read({ timeout }),
      DOMException,
    );
    assertEquals(error.name, "TimeoutError");
  }
  await ring.producer.write(pattern(8));
  await assertRejects(
    () => ring.producer.write(bytes("x"), { timeout: 5 }),
    DOMException,
  );
  assertEquals(await ring.consumer.read(), pattern(8));
  assertEquals(ring.consumer.tryRead(), null);
});

Deno.test("close() of the producer is the end, after all is read", async () => {
  await using ring = await pair(64);
  await ring.producer.write(bytes("last"));
  ring.producer.close();
  ring.producer.close();
  assertEquals(text(await ring.consumer.read()), "last");
  assertEquals(await ring.consumer.read(), null);
  assertThrows(
    () => ring.producer.tryWrite(bytes("x")),
    Deno.errors.BadResource,
  );
});

Deno.test("close() of the consumer breaks writing", async () => {
  await using ring = await pair(64);
  await ring.producer.write(pattern(64));
  const writing = assertRejects(
    () => ring.producer.write(bytes("x"), limit),
    Deno.errors.BrokenPipe,
  );
  await new Promise((resolve) => setTimeout(resolve, 0));
  ring.consumer.close();
  await writing;
});

Deno.test("close() ends a pending read of its own", async () => {
  await using ring = await pair(64);
  const reading = assertRejects(
    () => ring.consumer.read(),
    Deno.errors.BadResource,
  );
  await new Promise((resolve) => setTimeout(resolve, 0));
  ring.consumer.close();
  await reading;
});

Deno.test("drained() resolves when all is read", async () => {
  await using ring = await pair(64);
  await ring.producer.write(bytes("x"));
  const drained = ring.producer.drained(limit);
  assertEquals(text(await ring.consumer.read()), "x");
  await drained;
});

Deno.test("openRing() refuses a second end of a role", async () => {
  await using ring = await pair(64);
  await assertRejects(() => openRing(ring.name), Deno.errors.Busy);
  await assertRejects(
    () => openRing(ring.name, { role: "producer" }),
    Deno.errors.Busy,
  );
  assertThrows(
    () => createRing(ring.name, { capacity: 1 }),
    Deno.errors.AlreadyExists,
  );
});

Deno.test("openRing() never creates, or waits where it is asked to", async () => {
  const name = uniqueName();
  await assertRejects(() => openRing(name), Deno.errors.NotFound);
  const opening = openRing(name, { waitForPeer: true, ...limit });
  await using producer = createRing(name, { capacity: 10 });
  await using consumer = await opening;
  producer.tryWrite(bytes("x"));
  assertEquals(text(consumer.tryRead()), "x");
});

Deno.test("openRing() with waitForPeer fails for a name that something else has", async () => {
  const wait = { waitForPeer: true, timeout: 60_000 };
  using event = createEvent(uniqueName());
  await assertRejects(
    () => openRing(event.name!, wait),
    Deno.errors.NotFound,
    "the name belongs to an object of another kind",
  );
  using memory = createSharedMemory(uniqueName(), { size: 4096 });
  await assertRejects(
    () => openRing(memory.name, wait),
    Deno.errors.InvalidData,
    "is not a ring",
  );
});

Deno.test("openRing() that the ring's security refuses says how two accounts share one", async () => {
  const name = uniqueName();
  await using _ring = createRing(name, { capacity: 10, sddl: "D:" });
  await assertRejects(
    () => openRing(name, { waitForPeer: true }),
    Deno.errors.PermissionDenied,
    "between two accounts, give an sddl to both createRing() and openRing()",
  );
});

Deno.test("createRing() as consumer, opened as producer", async () => {
  const name = uniqueName();
  await using consumer = createRing(name, { capacity: 10, role: "consumer" });
  await using producer = await openRing(name, { role: "producer" });
  await producer.write(bytes("x"));
  assertEquals(text(await consumer.read()), "x");
});

Deno.test("bad input is rejected", async () => {
  const bad: [unknown, object, new () => Error][] = [
    ["", { capacity: 1 }, TypeError],
    [null, { capacity: 1 }, TypeError],
    ["x", {}, TypeError],
    ["x", { capacity: 0 }, RangeError],
    ["x", { capacity: 2 ** 30 }, RangeError],
    ["x", { capacity: 1, role: "both" }, TypeError],
    ["x", { capacity: 1, spin: -1 }, RangeError],
    ["x", { capacity: 1, zeroCopy: 1 }, TypeError],
  ];
  for (const [name, options, type] of bad) {
    assertThrows(() => createRing(name as never, options as never), type);
  }
  await assertRejects(() => openRing("x", { timeout: -1 }), RangeError);
  await using ring = await pair(64);
  assertThrows(() => ring.producer.tryWrite("x" as never), TypeError);
  assertThrows(() => ring.consumer.tryReadInto(5 as never), TypeError);
  assertThrows(() => ring.consumer.tryReadBatch(5 as never), TypeError);
  ring.producer.tryWrite(bytes("x"));
  assertThrows(
    () => ring.consumer.tryReadBatch(new Uint8Array(15)),
    RangeError,
  );
});

Deno.test("checksum over a batch equals that over its ranges", async () => {
  await using ring = await pair(1000);
  ring.producer.tryWriteBatch([pattern(5), pattern(0), pattern(17, 3)]);
  const batch = ring.consumer.tryReadBatch();
  let ranges = 0;
  batch.forEachRange((data, start, end) =>
    ranges = checksum(data.subarray(start, end), ranges)
  );
  let whole = 0;
  for (const message of batch) whole = checksum(message, whole);
  assertEquals([batch.length, ranges], [3, whole]);
});

Deno.test("a ring's end that is closed when a read gets its turn lets it fail", async () => {
  for (let steps = 0; steps < 8; steps++) {
    await using ring = await pair(100);
    const first = ring.consumer.read(limit);
    const second = ring.consumer.read(limit);
    const ended = assertRejects(() => second, Deno.errors.BadResource);
    await ring.producer.write(bytes("one"));
    assertEquals(text(await first), "one");
    for (let i = 0; i < steps; i++) await undefined;
    ring.consumer.close();
    await ended;
  }
});

Deno.test("writeBatch() writes the list that it was given", async () => {
  await using ring = await pair(8);
  const messages = [pattern(8), pattern(7)];
  const writing = ring.producer.writeBatch(messages, limit);
  messages.length = 0;
  assertEquals(ring.consumer.tryRead(), pattern(8));
  await writing;
  assertEquals(ring.consumer.tryRead(), pattern(7));
});

Deno.test("tryReadBatch() takes a buffer of 2 GiB", async () => {
  await using ring = await pair(64);
  ring.producer.tryWrite(bytes("x"));
  // Its pages are never touched.
  const batch = ring.consumer.tryReadBatch(new Uint8Array(2 ** 31));
  assertEquals([...batch].map(text), ["x"]);
});

Deno.test("drained() rejects when the producer closes as it wakes", async () => {
  for (let steps = 0; steps < 8; steps++) {
    await using ring = await pair(100);
    ring.producer.tryWrite(bytes("unread"));
    using event = openEvent(`${ring.name}.producer`);
    event.set();
    const drained = ring.producer.drained(limit);
    const ended = assertRejects(() => drained, Deno.errors.BadResource);
    for (let step = 0; step < steps; step++) await undefined;
    ring.producer.close();
    await ended;
  }
});
