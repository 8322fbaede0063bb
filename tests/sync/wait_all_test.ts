import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  createEvent,
  createMutex,
  createSemaphore,
  waitFor,
  waitForAll,
} from "../../lib/sync/mod.ts";
import { namedUnless } from "../support/ignored.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { PEER } from "./peer_script.ts";

const limit = { timeout: 20_000 };

Deno.test("waitForAll() takes all together and none before", async () => {
  await using a = createEvent(null);
  await using b = createSemaphore(null, { max: 1, initial: 0 });
  const all = waitForAll([a, b], limit);
  a.set();
  await new Promise((resolve) => setTimeout(resolve, 0));
  // Nothing is held while it waits: the event can be taken by another.
  await waitFor(a, limit);
  b.release();
  await new Promise((resolve) => setTimeout(resolve, 0));
  a.set();
  assertEquals((await all).map(({ index }) => index), [0, 1]);
  await assertRejects(() => waitForAll([a], { timeout: 0 }), DOMException);
});

Deno.test("waitForAll() over 150 objects", async () => {
  const list = Array.from({ length: 150 }, () => createEvent(null));
  const all = waitForAll(list, limit);
  for (const event of list) event.set();
  assertEquals((await all).length, 150);
  list.slice(1).forEach((event) => event.set());
  await assertRejects(() => waitForAll(list, { timeout: 5 }), DOMException);
  for (const event of list.slice(1)) await waitFor(event, { timeout: 0 });
  for (const event of list) await event[Symbol.asyncDispose]();
});

Deno.test("waitForAll() over 150 objects that another process sets", async () => {
  const name = uniqueName();
  const list = Array.from(
    { length: 150 },
    (_, i) => createEvent(`${name}-${i}`),
  );
  await using peer = startScript(PEER, [name]);
  await peer.says("ready");
  const all = waitForAll(list, limit);
  await peer.send("set 150");
  assertEquals((await all).map(({ object }) => object), list);
  await peer.says("did set 150");
  // Each is taken: the other process had set them for one wait.
  for (const event of list) {
    await assertRejects(() => waitFor(event, { timeout: 0 }), DOMException);
    await event[Symbol.asyncDispose]();
  }
});

Deno.test("waitForAll() with mutexes, one of them abandoned", async () => {
  const name = uniqueName();
  using mutex = createMutex(name);
  await using event = createEvent(null);
  await using peer = startScript(PEER, [name]);
  await peer.says("ready");
  await peer.send("lock");
  await peer.says("did lock");
  const all = waitForAll([event, mutex], limit);
  event.set();
  await peer.kill();
  const [first, second] = await all;
  assertEquals([first!.abandoned, second!.abandoned], [false, true]);
  assert(mutex.held);
});

// Windows refuses a wait for all that has an object twice; Wine's server has an
// assertion that it does not hold for a semaphore.
Deno.test({
  ...namedUnless(
    UNDER_WINE && !WINDOWS_RULES,
    "Wine takes a wait for all that has an object twice",
    "waitForAll() takes an object that is there by two handles twice",
  ),
  async fn() {
    const name = uniqueName();
    await using slots = createSemaphore(name, { max: 3, initial: 1 });
    await using same = createSemaphore(name, { max: 3 });
    await using event = createEvent(null);
    event.set();
    const all = [slots, event, same];
    await assertRejects(() => waitForAll(all, { timeout: 0 }), DOMException);
    // Nothing was kept of the try.
    await waitFor(slots, { timeout: 0 });
    slots.release(2);
    await waitFor(event, { timeout: 0 });
    event.set();
    assertEquals((await waitForAll(all, limit)).length, 3);
    for (const object of [slots, event]) {
      await assertRejects(() => waitFor(object, { timeout: 0 }), DOMException);
    }
    // A mutex is held by one object here.
    using mutex = createMutex(`${name}-mutex`);
    using other = createMutex(`${name}-mutex`);
    const twice = waitForAll([mutex, other], { timeout: 0 });
    await assertRejects(() => twice, DOMException);
    assert(!mutex.held && !other.held);
  },
});

Deno.test("waitForAll() ends when any of its objects is closed", async () => {
  const name = uniqueName();
  await using missing = createEvent(null);
  for (const other of [createEvent(null, { set: true }), createMutex(name)]) {
    const all = waitForAll([missing, other], limit);
    await new Promise((resolve) => setTimeout(resolve, 0));
    other.close();
    await assertRejects(() => all, Deno.errors.BadResource);
    await other[Symbol.asyncDispose]();
  }
});

Deno.test("waitForAll() two at once do not lock each other out", async () => {
  await using a = createEvent(null);
  await using b = createEvent(null);
  const first = waitForAll([a, b], limit);
  const second = waitForAll([b, a], limit);
  a.set();
  b.set();
  await Promise.race([first, second]);
  a.set();
  b.set();
  await Promise.all([first, second]);
});

Deno.test("waitForAll() keeps the list that it was given", async () => {
  await using a = createEvent(null, { set: true });
  await using b = createEvent(null);
  const list = [a, b];
  const all = waitForAll(list, limit);
  list.length = 0;
  b.set();
  assertEquals((await all).map(({ object }) => object), [a, b]);
});
