import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AsyncSemaphore } from "../../lib/io/wait/async_semaphore.ts";

Deno.test("acquire() gives a free turn at once", () => {
  const semaphore = new AsyncSemaphore();
  assertEquals(semaphore.acquire({}) instanceof Promise, false);
  assertEquals(semaphore.acquire({}) instanceof Promise, true);
});

Deno.test("acquire() serves in the order of asking", async () => {
  const semaphore = new AsyncSemaphore();
  const order: number[] = [];
  const use = async (n: number) => {
    using _turn = await semaphore.acquire({});
    await Promise.resolve();
    order.push(n);
  };
  await Promise.all([1, 2, 3, 4].map(use));
  assertEquals(order, [1, 2, 3, 4]);
});

Deno.test("acquire() has one user at a time, also when users throw", async () => {
  const semaphore = new AsyncSemaphore();
  let inside = 0;
  const use = async () => {
    using _turn = await semaphore.acquire({});
    assertEquals(++inside, 1);
    await Promise.resolve();
    inside--;
    throw new Error("done");
  };
  const ends = await Promise.allSettled([use(), use(), use()]);
  assertEquals(ends.map(({ status }) => status), Array(3).fill("rejected"));
  assertEquals(semaphore.acquire({}) instanceof Promise, false);
});

Deno.test("acquire() aborted by a signal leaves the queue", async () => {
  const semaphore = new AsyncSemaphore();
  const abort = new AbortController();
  const first = semaphore.acquire({}) as Disposable;
  const second = semaphore.acquire({ signal: abort.signal });
  const third = semaphore.acquire({});
  abort.abort(new Error("enough"));
  await assertRejects(async () => await second, Error, "enough");
  first[Symbol.dispose]();
  using _turn = await third;
});

Deno.test("acquire() that times out leaves the queue", async () => {
  const semaphore = new AsyncSemaphore();
  const first = semaphore.acquire({}) as Disposable;
  // As a user of the semaphore does; the time limit alone does not.
  const keepsAlive = setTimeout(() => {}, 60_000);
  const error = await assertRejects(
    async () => await semaphore.acquire({ timeout: 1 }),
    DOMException,
  );
  clearTimeout(keepsAlive);
  assertEquals(error.name, "TimeoutError");
  first[Symbol.dispose]();
  assertEquals(semaphore.acquire({}) instanceof Promise, false);
});

Deno.test("acquire() refuses bad options and an aborted signal", () => {
  const semaphore = new AsyncSemaphore();
  assertThrows(() => semaphore.acquire({ timeout: -1 }), RangeError);
  const signal = AbortSignal.abort(new Error("before"));
  assertThrows(() => semaphore.acquire({ signal }), Error, "before");
});
