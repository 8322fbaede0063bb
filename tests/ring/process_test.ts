import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { ROLE_AT, STATE } from "../../lib/ring/layout.ts";
import { createRing } from "../../lib/ring/mod.ts";
import { openSharedMemory } from "../../lib/shared_memory/mod.ts";
import {
  bytes,
  checksum,
  pattern,
  text,
  uniqueName,
} from "../support/names.ts";
import "../support/native.ts";
import { runScript, startScript } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";

const PEER = new URL("peer.ts", import.meta.url);
const limit = { timeout: 20_000 };
/** No process has it. */
const NO_PID = 0xffff_fff0;

for (const way of ["view", "copy"]) {
  Deno.test(`a consumer in another process loses nothing (${way})`, async () => {
    const name = uniqueName();
    await using peer = await (async () => {
      const ring = createRing(name, {
        capacity: 1000,
        zeroCopy: way === "view",
      });
      const peer = startScript(PEER, [name, "consume", 0, way]);
      await peer.says("ready");
      let sum = 0;
      for (let i = 0; i < 20_000; i++) {
        const message = pattern(i % 301, i);
        sum = checksum(message, sum);
        await ring.write(message, limit);
      }
      await ring[Symbol.asyncDispose]();
      await peer.says(`20000 ${sum}`);
      return peer;
    })();
    await peer.ended();
  });

  Deno.test(`a producer in another process loses nothing (${way})`, async () => {
    const name = uniqueName();
    await using ring = createRing(name, {
      capacity: 1000,
      role: "consumer",
      zeroCopy: way === "view",
    });
    await using peer = startScript(PEER, [name, "produce", 20_000, way]);
    let sum = 0;
    let count = 0;
    for await (const message of ring) {
      sum = checksum(message, sum);
      count++;
    }
    assertEquals(count, 20_000);
    await peer.says(String(sum));
  });
}

Deno.test("sleeping ends wake each other, message by message", async () => {
  const name = uniqueName();
  await using there = createRing(name, { capacity: 100, spin: 0 });
  await using back = createRing(`${name}-back`, {
    capacity: 100,
    role: "consumer",
    spin: 0,
  });
  await using peer = startScript(PEER, [name, "echo"]);
  await peer.says("ready");
  for (let i = 0; i < 500; i++) {
    await there.write(bytes(`m${i}`), limit);
    assertEquals(text(await back.read(limit)), `m${i}`);
  }
});

Deno.test("the consumer's death breaks a waiting write", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 100 });
  await using peer = startScript(PEER, [name, "join", "consumer"]);
  await peer.says("ready");
  await ring.write(pattern(100));
  const writing = assertRejects(
    () => ring.write(pattern(100)),
    Deno.errors.BrokenPipe,
    "ended without closing",
  );
  await peer.kill();
  await writing;
});

Deno.test("the producer's death breaks a waiting read, also one that began before it joined", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 100, role: "consumer" });
  const reading = assertRejects(
    () => ring.read(),
    Deno.errors.BrokenPipe,
    "ended without closing",
  );
  await using peer = startScript(PEER, [name, "join", "producer"]);
  await peer.says("ready");
  await peer.kill();
  await reading;
});

Deno.test("the end of a producer that joined without waking breaks a waiting read", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 100, role: "consumer" });
  const reading = assertRejects(
    () => ring.read(limit),
    Deno.errors.BrokenPipe,
    "ended without closing",
  );
  using memory = openSharedMemory(name);
  const put = (value: number, at: number) =>
    memory.write(new Uint8Array(new Uint32Array([value]).buffer), at);
  put(NO_PID, ROLE_AT.producer.pid);
  put(STATE.joined, ROLE_AT.producer.state);
  await reading;
});

Deno.test("a producer that closed without waking ends a waiting read", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 100, role: "consumer" });
  const reading = ring.read(limit);
  using memory = openSharedMemory(name);
  const closed = new Uint8Array(new Uint32Array([STATE.closed]).buffer);
  memory.write(closed, ROLE_AT.producer.state);
  assertEquals(await reading, null);
});

Deno.test("the consumer's death is noticed within a second although there is room", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 1 << 20 });
  await using peer = startScript(PEER, [name, "join", "consumer"]);
  await peer.says("ready");
  await peer.kill();
  // By timers of this process: where it is kept from running, so are the ring's.
  let quarters = 0;
  const timer = setInterval(() => quarters++, 250);
  let last = 0;
  await assertRejects(async () => {
    for (;;) {
      await ring.write(bytes("x"));
      last = quarters;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }, Deno.errors.BrokenPipe);
  clearInterval(timer);
  assertLess(last, 4);
});

Deno.test("by copy a ring needs kernel32.dll only", async () => {
  const name = uniqueName();
  await using ring = createRing(name, { capacity: 1000, role: "consumer" });
  const [{ code }] = await Promise.all([
    runScript(PEER, [name, "produce", 50, "copy"], [
      `--allow-ffi=${SYSTEM32}\\kernel32.dll`,
    ]),
    (async () => {
      for await (const message of ring) {
        assertEquals(message.length < 301, true);
      }
    })(),
  ]);
  assertEquals(code, 0);
});

for (const [way, count] of [["view", 1_000_000], ["copy", 50_000]] as const) {
  Deno.test(`${count} messages are each what was sent (${way})`, async () => {
    const soak = new URL("../bench/ring_soak.ts", import.meta.url);
    const { code, stdout } = await runScript(soak, [count, way]);
    assertEquals([code, stdout.split(" ")[0]], [0, String(count)]);
  });
}
