import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  AT,
  DATA_OFFSET,
  dimensionsFor,
  recordSize,
  ROLE_AT,
  STATE,
} from "../../lib/ring/layout.ts";
import { createRing, openRing } from "../../lib/ring/mod.ts";
import {
  createSharedMemory,
  openSharedMemory,
} from "../../lib/shared_memory/mod.ts";
import { createEvent, openEvent } from "../../lib/sync/mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { wrapped } from "../support/wrapped.ts";

Deno.test("a ring's bytes are those of the documentation", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 60 });
  using memory = openSharedMemory(name);
  await ring.write(bytes("hello"));
  const view = new DataView(memory.read().buffer);
  const u32 = (at: number) => view.getUint32(at, true);
  assertEquals(text(memory.read(0, 8)), "WIPCRING");
  assertEquals([8, 12, 16, 20].map(u32), [1, 512, 72, 60]);
  assertEquals([64, 128, 192, 256].map(u32), [16, 0, 0, 0]);
  assertEquals([320, 324, 384, 388].map(u32), [1, Deno.pid, 0, 0]);
  assertEquals([u32(512), text(memory.read(520, 5))], [5, "hello"]);
});

Deno.test("the documentation of createRing() says where each number is", async () => {
  const module = new URL("../../lib/ring/mod.ts", import.meta.url);
  const source = await Deno.readTextFile(module);
  const begin = source.indexOf("| offset | type | what |");
  const table = source.slice(begin, source.indexOf("createRing<R", begin));
  const documented = [...table.matchAll(/^ \* \| (\d+) \|/gm)].map(([, at]) =>
    +at!
  );
  const numbers = [AT, ROLE_AT.producer, ROLE_AT.consumer].flatMap(
    Object.values,
  );
  assertEquals(documented, [...numbers, DATA_OFFSET].sort((a, b) => a - b));
});

Deno.test("dimensionsFor() leaves room for one message of the capacity", () => {
  for (const capacity of [1, 7, 8, 9, 65536]) {
    assertEquals(dimensionsFor(capacity).size >= recordSize(capacity), true);
    assertEquals(dimensionsFor(capacity).size % 8, 0);
  }
});

Deno.test("openRing() refuses what is not a ring", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 4096 });
  await assertRejects(() => openRing(name), Deno.errors.InvalidData);
  memory.write(bytes("SOMETHING ELSE"));
  await assertRejects(
    () => openRing(name),
    Deno.errors.InvalidData,
    "is not a ring",
  );
});

Deno.test("openRing() waits for what is written of a ring in pieces", async () => {
  const name = uniqueName();
  await using _ring = createRing(name, { capacity: 60 });
  using memory = openSharedMemory(name);
  memory.write(new Uint8Array(4), 2);
  const opening = openRing(name, { waitForPeer: true, timeout: 20_000 });
  memory.write(bytes("PC"), 2);
  memory.write(bytes("RI"), 4);
  await using ring = await opening;
  assertEquals(ring.capacity, 60);
});

for (
  const [what, at, value] of [
    ["another version", 8, 2],
    ["another offset of the data", 12, 256],
    ["a size that is no multiple of 8", 16, 73],
    ["a size past the end", 16, 1 << 20],
    ["a capacity past the size", 20, 100],
    ["a head past the end", 64, 144],
    ["an odd tail", 128, 3],
  ] as const
) {
  Deno.test(`openRing() refuses ${what}`, async () => {
    const name = uniqueName();
    await using _ring = createRing(name, { capacity: 60 });
    using memory = openSharedMemory(name);
    memory.write(new Uint8Array(new Uint32Array([value]).buffer), at);
    await assertRejects(() => openRing(name), Deno.errors.InvalidData);
  });
}

for (
  const [what, at, value] of [
    ["a length past the capacity", 512, 61],
    ["a length past what is there", 512, 40],
    ["an odd head", 64, 17],
    ["a head past the end", 64, 4096],
    ["a head that is more than full", 64, 136],
  ] as const
) {
  Deno.test(`read() rejects ${what}`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, { capacity: 60 });
    await using consumer = await openRing(name);
    using memory = openSharedMemory(name);
    await ring.write(bytes("hello"));
    memory.write(new Uint8Array(new Uint32Array([value]).buffer), at);
    await assertRejects(() => consumer.read(), Deno.errors.InvalidData);
  });
}

Deno.test("openRing() of a ring that is damaged meanwhile takes no role", async () => {
  const name = uniqueName();
  await using _ring = createRing(name, { capacity: 60 });
  using memory = openSharedMemory(name);
  const words = new Int32Array(memory.view().buffer);
  {
    using _damaging = wrapped({
      // After its header is read.
      CreateEventW: (native) => (...args) => {
        words[AT.head >> 2] = 3;
        return native(...args);
      },
    });
    await assertRejects(
      () => openRing(name),
      Deno.errors.InvalidData,
      "another program wrote",
    );
  }
  assertEquals(words[ROLE_AT.consumer.state >> 2], STATE.absent);
  words[AT.head >> 2] = 0;
  await using consumer = await openRing(name);
  assertEquals(consumer.tryRead(), null);
});

Deno.test("openRing() that may not wake the other end leaves no joined role", async () => {
  const name = uniqueName();
  const producer = createRing(name, { capacity: 60 });
  using memory = openSharedMemory(name);
  producer.close();
  memory.write(new Uint8Array([1]), ROLE_AT.producer.sleeping);
  using _refusing = createEvent(`${name}.producer`, { sddl: "D:" });
  await assertRejects(() => openRing(name), Deno.errors.PermissionDenied);
  assertEquals(memory.read(ROLE_AT.consumer.state, 1)[0], STATE.closed);
  assertThrows(() => openEvent(`${name}.consumer`), Deno.errors.NotFound);
});
