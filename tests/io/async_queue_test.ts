import { assertEquals, assertRejects } from "@std/assert";
import { AsyncQueue } from "../../lib/io/wait/async_queue.ts";

const { BadResource } = Deno.errors;

function queue(): AsyncQueue<number> {
  return new AsyncQueue(() => "nothing came");
}

Deno.test("take() gives items in the order of their arrival, and of asking", async () => {
  const numbers = queue();
  numbers.push(1);
  numbers.push(2);
  assertEquals(numbers.oldest, 1);
  const taken = [1, 2, 3, 4].map(() => numbers.take({}));
  assertEquals(numbers.oldest, undefined);
  numbers.push(3);
  numbers.push(4);
  assertEquals(await Promise.all(taken), [1, 2, 3, 4]);
});

Deno.test("take() that is aborted leaves the item to the next one", async () => {
  const numbers = queue();
  const abort = new AbortController();
  const first = numbers.take({ signal: abort.signal });
  const second = numbers.take({});
  abort.abort(new Error("enough"));
  numbers.push(1);
  await assertRejects(() => first, Error, "enough");
  assertEquals(await second, 1);
});

Deno.test("take() aborted once its item has arrived has it, and the next one waits", async () => {
  const numbers = queue();
  const abort = new AbortController();
  const first = numbers.take({ signal: abort.signal });
  const second = numbers.take({});
  numbers.push(1);
  abort.abort();
  numbers.push(2);
  assertEquals(await Promise.all([first, second]), [1, 2]);
});

Deno.test("take() that times out says what did not come, and leaves", async () => {
  const numbers = queue();
  // As the source of a queue does; the time limit alone does not.
  const keepsAlive = setTimeout(() => {}, 60_000);
  const error = await assertRejects(
    () => numbers.take({ timeout: 1 }),
    DOMException,
    "nothing came within 1 ms",
  );
  clearTimeout(keepsAlive);
  assertEquals(error.name, "TimeoutError");
  numbers.push(1);
  assertEquals(await numbers.take({ timeout: 0 }), 1);
});

Deno.test("take() refuses bad options and an aborted signal, and takes nothing", async () => {
  const numbers = queue();
  numbers.push(1);
  await assertRejects(() => numbers.take({ timeout: -1 }), RangeError);
  const signal = AbortSignal.abort(new Error("before"));
  await assertRejects(() => numbers.take({ signal }), Error, "before");
  assertEquals(await numbers.take({}), 1);
});

Deno.test("end() rejects who waits and who comes later, once", async () => {
  const numbers = queue();
  const waiting = [numbers.take({}), numbers.take({})];
  numbers.end(new BadResource("over"));
  numbers.end(new BadResource("again"));
  numbers.push(1);
  for (const take of [...waiting, numbers.take({})]) {
    await assertRejects(() => take, BadResource, "over");
  }
});

Deno.test("end() hands over what nobody took, and nothing that was taken", async () => {
  const numbers = queue();
  [1, 2, 3].forEach((number) => numbers.push(number));
  const taken = numbers.take({});
  const left: number[] = [];
  numbers.end(new BadResource("over"), (number) => left.push(number));
  assertEquals(left, [2, 3]);
  assertEquals(await taken, 1);
});

Deno.test("all() ends where the queue is closed, and throws what it failed of", async () => {
  const all = async (reason: Error) => {
    const numbers = queue();
    numbers.push(1);
    const got: number[] = [];
    for await (const number of numbers.all()) {
      got.push(number);
      numbers.end(reason);
    }
    return got;
  };
  assertEquals(await all(new BadResource("over")), [1]);
  await assertRejects(() => all(new Error("failed")), Error, "failed");
});

Deno.test("a source is kept while a consumer waits, and holds the program while it is refed", async () => {
  let [held, kept] = [0, 0];
  const numbers = new AsyncQueue<number>(() => "nothing came", {
    hold: () => void held++,
    release: () => void held--,
    keep: () => void kept++,
    unkeep: () => void kept--,
  });
  const abort = new AbortController();
  const waiting = [
    numbers.take({}),
    numbers.take({ signal: abort.signal }),
    numbers.take({}),
  ];
  assertEquals([held, kept], [3, 3]);
  numbers.setRef(false);
  numbers.setRef(false);
  assertEquals([held, kept], [0, 3]);
  numbers.push(1);
  assertEquals([held, kept], [0, 2]);
  numbers.setRef(true);
  assertEquals([held, kept], [2, 2]);
  abort.abort();
  assertEquals([held, kept], [1, 1]);
  numbers.end(new BadResource("over"));
  assertEquals([held, kept], [0, 0]);
  const ends = await Promise.allSettled(waiting);
  assertEquals(ends.map(({ status }) => status), [
    "fulfilled",
    "rejected",
    "rejected",
  ]);
});
