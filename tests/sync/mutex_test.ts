import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  createEvent,
  createMutex,
  openMutex,
  waitFor,
  waitForAny,
} from "../../lib/sync/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { PEER } from "./peer_script.ts";

const limit = { timeout: 20_000 };

Deno.test("lock() holds until the lock is released", async () => {
  using mutex = createMutex(null);
  {
    using lock = await mutex.lock();
    assertFalse(lock.abandoned);
    assert(mutex.held);
    assertEquals(mutex.tryLock(), null);
  }
  assertFalse(mutex.held);
  mutex.tryLock()!.release();
});

Deno.test("lock() lets the parts of a program take turns", async () => {
  const name = uniqueName();
  using first = createMutex(name);
  using second = openMutex(name);
  const lock = await first.lock();
  assertEquals(second.tryLock(), null);
  const waiting = second.lock(limit);
  lock.release();
  lock.release();
  (await waiting).release();
});

Deno.test("lock() in a loop leaves turns to other parts of the program", async () => {
  const name = uniqueName();
  using first = createMutex(name);
  using second = openMutex(name);
  const began = performance.now();
  let waiting = true;
  const theirs = second.lock(limit).then((lock) => {
    waiting = false;
    lock.release();
  });
  while (waiting && performance.now() - began < limit.timeout) {
    using _lock = await first.lock();
  }
  await theirs;
});

Deno.test("lock() waits for another process and reports that it died", async () => {
  const name = uniqueName();
  using mutex = createMutex(name);
  await using peer = startScript(PEER, [name]);
  await peer.says("ready");
  await peer.send("lock");
  await peer.says("did lock");
  assertEquals(mutex.tryLock(), null);
  await assertRejects(() => mutex.lock({ timeout: 5 }), DOMException);
  const waiting = mutex.lock(limit);
  await peer.kill();
  using lock = await waiting;
  assert(lock.abandoned);
});

Deno.test("the lock is this process' own: another one waits until release()", async () => {
  const name = uniqueName();
  using mutex = createMutex(name);
  await using peer = startScript(PEER, [name]);
  await peer.says("ready");
  await waitFor(mutex);
  await peer.send("lock");
  await peer.send("nothing");
  mutex.release();
  await peer.says("did lock");
  assertEquals(mutex.tryLock(), null);
});

Deno.test("release() of a mutex that is not held is refused", () => {
  using mutex = createMutex(null);
  assertThrows(() => mutex.release(), Deno.errors.PermissionDenied);
});

Deno.test("close() releases", async () => {
  const name = uniqueName();
  using other = createMutex(name);
  const mutex = createMutex(name);
  await mutex.lock();
  mutex.close();
  other.tryLock()!.release();
  await assertRejects(() => mutex.lock(), Deno.errors.BadResource);
});

Deno.test("lock() ends with the signal's reason, and when closed", async () => {
  const name = uniqueName();
  using holder = createMutex(name);
  using _lock = await holder.lock();
  const mutex = createMutex(name);
  const controller = new AbortController();
  const aborted = mutex.lock({ signal: controller.signal });
  const closed = assertRejects(() => mutex.lock(), Deno.errors.BadResource);
  controller.abort("enough");
  assertEquals(await aborted.catch((reason) => reason), "enough");
  mutex.close();
  await closed;
});

Deno.test("waitForAny() over a mutex and others ends with the signal's reason", async () => {
  const name = uniqueName();
  using holder = createMutex(name);
  using _lock = await holder.lock();
  using mutex = createMutex(name);
  await using event = createEvent(null);
  const signal = AbortSignal.timeout(30);
  const wait = waitForAny([mutex, event], { signal });
  // As fetch() and others do: a reason of the name that a timeout has, too.
  assertStrictEquals(await wait.catch((reason) => reason), signal.reason);
  assertEquals(signal.reason.name, "TimeoutError");
});

Deno.test("waitForAny() over a mutex and others times out", async () => {
  const name = uniqueName();
  using holder = createMutex(name);
  using _lock = await holder.lock();
  using mutex = createMutex(name);
  await using event = createEvent(null);
  const error = await assertRejects(
    () => waitForAny([mutex, event], { timeout: 20 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
  event.set();
  await waitFor(event, { timeout: 0 });
});

Deno.test("waitForAny() waits for mutexes and others together", async () => {
  const name = uniqueName();
  using holder = createMutex(name);
  const lock = await holder.lock();
  using mutex = createMutex(name);
  await using event = createEvent(null);
  const first = waitForAny([mutex, event], limit);
  event.set();
  assertEquals((await first).object, event);
  const second = waitForAny([event, mutex], limit);
  lock.release();
  assertEquals((await second).object, mutex);
  assert(mutex.held);
});
