import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Turns } from "../../lib/io/turns.ts";

Deno.test("take() gives a free turn at once", () => {
  const turns = new Turns();
  assertEquals(turns.take({}) instanceof Promise, false);
  assertEquals(turns.take({}) instanceof Promise, true);
});

Deno.test("take() serves in the order of asking", async () => {
  const turns = new Turns();
  const order: number[] = [];
  const use = async (n: number) => {
    using _turn = await turns.take({});
    await Promise.resolve();
    order.push(n);
  };
  await Promise.all([1, 2, 3, 4].map(use));
  assertEquals(order, [1, 2, 3, 4]);
});

Deno.test("take() has one user at a time, also when users throw", async () => {
  const turns = new Turns();
  let inside = 0;
  const use = async () => {
    using _turn = await turns.take({});
    assertEquals(++inside, 1);
    await Promise.resolve();
    inside--;
    throw new Error("done");
  };
  const ends = await Promise.allSettled([use(), use(), use()]);
  assertEquals(ends.map(({ status }) => status), Array(3).fill("rejected"));
  assertEquals(turns.take({}) instanceof Promise, false);
});

Deno.test("take() given up by a signal leaves the queue", async () => {
  const turns = new Turns();
  const abort = new AbortController();
  const first = turns.take({}) as Disposable;
  const second = turns.take({ signal: abort.signal });
  const third = turns.take({});
  abort.abort(new Error("enough"));
  await assertRejects(async () => await second, Error, "enough");
  first[Symbol.dispose]();
  using _turn = await third;
});

Deno.test("take() given up by a timeout leaves the queue", async () => {
  const turns = new Turns();
  const first = turns.take({}) as Disposable;
  const error = await assertRejects(
    async () => await turns.take({ timeout: 1 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
  first[Symbol.dispose]();
  assertEquals(turns.take({}) instanceof Promise, false);
});

Deno.test("take() refuses bad options and an aborted signal", () => {
  const turns = new Turns();
  assertThrows(() => turns.take({ timeout: -1 }), RangeError);
  const signal = AbortSignal.abort(new Error("before"));
  assertThrows(() => turns.take({ signal }), Error, "before");
});
