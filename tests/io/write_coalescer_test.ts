import { assertEquals, assertLess, assertRejects } from "@std/assert";
import type { WaitOptions } from "../../lib/io/wait/wait_options.ts";
import { WriteCoalescer } from "../../lib/io/stream/write_coalescer.ts";
import { connectPipe, listenPipe } from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import { pair } from "../named_pipe/helpers.ts";
import "../support/native.ts";
import { wrapped } from "../support/wrapped.ts";

/** A queue whose calls the test ends, one by one. */
function slowQueue() {
  const calls: {
    bytes: string;
    wait: WaitOptions;
    end: PromiseWithResolvers<void>;
  }[] = [];
  const queue = new WriteCoalescer((bytes, wait) => {
    const end = Promise.withResolvers<void>();
    calls.push({ bytes: text(bytes), wait, end });
    return end.promise;
  });
  const write = (data: string, wait: WaitOptions = {}) =>
    queue.write(bytes(data), wait) as Promise<void>;
  /** Ends the oldest call, and waits for the next one where there is one. */
  const end = async (error?: Error) => {
    const { end } = calls.shift()!;
    if (error === undefined) end.resolve();
    else end.reject(error);
    for (let i = 0; i < 20; i++) await undefined;
  };
  return { calls, write, queue, end };
}

Deno.test("WriteCoalescer gathers what is written while a write is under way", async () => {
  const { calls, write, end } = slowQueue();
  const done: string[] = [];
  const writes = ["a", "b", "", "c"].map((data) =>
    write(data).then(() => done.push(data))
  );
  assertEquals(calls.map(({ bytes }) => bytes), ["a"]);
  await end();
  assertEquals(calls.map(({ bytes }) => bytes), ["bc"]);
  assertEquals(done, ["a"]);
  const later = write("d");
  await end();
  assertEquals(done, ["a", "b", "", "c"]);
  assertEquals(calls.map(({ bytes }) => bytes), ["d"]);
  await end();
  await Promise.all([...writes, later]);
  const alone = write("e");
  assertEquals(calls.map(({ bytes }) => bytes), ["e"]);
  await end();
  await alone;
});

Deno.test("WriteCoalescer gathers at most 64 KiB, and large writes go alone", async () => {
  const { calls, write, end } = slowQueue();
  const [small, large] = ["s".repeat(16384), "l".repeat(16385)];
  const sizes = [];
  const data = ["first", ...Array(5).fill(small), large, "x", "y"];
  const writes = data.map((each) => write(each));
  for (let i = 0; i < 5; i++) {
    sizes.push(calls[0]!.bytes.length);
    await end();
  }
  assertEquals(sizes, [5, 65536, 16384, 16385, 2]);
  await Promise.all(writes);
});

Deno.test("WriteCoalescer removes the bytes of a write that is aborted before it begins", async () => {
  const { calls, write, end } = slowQueue();
  const controller = new AbortController();
  const { signal } = controller;
  const large = "l".repeat(20000);
  const first = write("1");
  const others = [write("a"), write("c")];
  const given = [write("b", { signal }), write(large, { signal })];
  const last = write("d");
  controller.abort("enough");
  for (const each of given) {
    assertEquals(await each.catch((reason) => reason), "enough");
  }
  await end();
  assertEquals(calls.map(({ bytes }) => bytes), ["ac"]);
  await end();
  assertEquals(calls.map(({ bytes }) => bytes), ["d"]);
  await end();
  await Promise.all([first, ...others, last]);
});

Deno.test("WriteCoalescer merges writes that come after all of a call were cancelled before it began", async () => {
  const { calls, write, end } = slowQueue();
  const controller = new AbortController();
  const first = write("1");
  const cancelled = write("a", { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => cancelled, Error, "enough");
  const later = write("b");
  await end();
  assertEquals(calls[0]!.bytes, "b");
  assertEquals(calls[0]!.wait.signal?.aborted, false);
  await end();
  await Promise.all([first, later]);
});

Deno.test("WriteCoalescer cancels a call only when all of its writes are aborted", async () => {
  const { calls, write, end } = slowQueue();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = write("1");
  const a = write("a", { signal: one.signal });
  const b = write("b", { signal: two.signal });
  await end();
  await first;
  const { wait } = calls[0]!;
  one.abort("a is given up");
  assertEquals(await a.catch((reason) => reason), "a is given up");
  assertEquals(wait.signal!.aborted, false);
  two.abort("so is b");
  assertEquals(await b.catch((reason) => reason), "so is b");
  assertEquals(wait.signal!.aborted, true);
  await end(new Error("cancelled"));
});

Deno.test("WriteCoalescer rejects each write of a failed call, and continues", async () => {
  const { write, end } = slowQueue();
  const writes = ["1", "a", "b"].map((data) => write(data));
  const failures = writes.map((each) =>
    assertRejects(() => each, Error, "failed")
  );
  await end(new Error("failed"));
  const next = write("c");
  await end(new Error("failed"));
  await end();
  await Promise.all([...failures, next]);
});

/** A queue whose calls succeed at once. */
function fastQueue() {
  const calls: string[] = [];
  const queue = new WriteCoalescer((bytes) => void calls.push(text(bytes)));
  return { calls, queue };
}

async function microtasks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}

Deno.test("WriteCoalescer merges accepted writes that come one after another", async () => {
  const { calls, queue } = fastQueue();
  const writes = [];
  for (let i = 0; i < 100; i++) {
    writes.push(queue.accept(bytes(`${i} `), {}));
    await microtasks(10);
  }
  await Promise.all(writes);
  const numbers = Array.from({ length: 99 }, (_, i) => `${i + 1} `);
  assertEquals(calls, ["0 ", numbers.join("")]);
  await microtasks(20);
  assertEquals(queue.accept(bytes("alone"), {}), undefined);
  assertEquals(calls.at(-1), "alone");
});

Deno.test("WriteCoalescer keeps the order of accepted writes and others", async () => {
  const { calls, queue } = fastQueue();
  const writes = [
    queue.accept(bytes("a"), {}),
    queue.accept(bytes("b"), {}),
    queue.write(bytes("c"), {}),
    queue.accept(bytes("d"), {}),
    queue.write(bytes("l".repeat(16385)), {}),
    queue.accept(bytes("e"), {}),
  ];
  await Promise.all(writes);
  assertEquals(calls, ["a", "bcd", "l".repeat(16385), "e"]);
});

Deno.test("WriteCoalescer writes all that it has accepted when it is flushed", async () => {
  const { calls, queue } = fastQueue();
  const writes = ["a", "b", "c"].map((word) => queue.accept(bytes(word), {}));
  assertEquals(calls, ["a"]);
  queue.flush();
  assertEquals(calls, ["a", "bc"]);
  await Promise.all(writes);
});

Deno.test("WriteCoalescer starts nothing behind a pending call when it is flushed", async () => {
  const { calls, write, queue, end } = slowQueue();
  const first = write("a");
  const second = write("b");
  queue.flush();
  assertEquals(calls.map(({ bytes }) => bytes), ["a"]);
  await end();
  assertEquals(calls.map(({ bytes }) => bytes), ["b"]);
  await end();
  await Promise.all([first, second]);
});

Deno.test("WriteCoalescer flushes no large write, and waits for what it has flushed", async () => {
  const ends: PromiseWithResolvers<void>[] = [];
  const calls: string[] = [];
  const queue = new WriteCoalescer((bytes) => {
    calls.push(text(bytes.subarray(0, 3)));
    if (calls.length === 1) return;
    ends.push(Promise.withResolvers());
    return ends.at(-1)!.promise;
  });
  const large = "l".repeat(16385);
  const writes = ["a", "b", large, "c"].map((data) =>
    queue.accept(bytes(data), {})
  );
  queue.flush();
  queue.flush();
  await microtasks(100);
  assertEquals(calls, ["a", "b"]);
  ends[0]!.resolve();
  await writes[1];
  await microtasks(20);
  queue.flush();
  assertEquals(calls, ["a", "b", "lll"]);
  ends[1]!.resolve();
  await microtasks(20);
  assertEquals(calls, ["a", "b", "lll", "c"]);
  ends[2]!.resolve();
  await Promise.all(writes);
});

Deno.test("WriteCoalescer flushes no write that its signal has cancelled", async () => {
  const { calls, queue } = fastQueue();
  const controller = new AbortController();
  controller.signal.addEventListener("abort", () => queue.flush());
  const { signal } = controller;
  const first = queue.accept(bytes("a"), { signal });
  const cancelled = ["b", "c"].map((word) =>
    assertRejects(
      async () => await queue.accept(bytes(word), { signal }),
      Error,
      "enough",
    )
  );
  const others = ["d", "e"].map((word) => queue.accept(bytes(word), {}));
  controller.abort(new Error("enough"));
  await Promise.all([first, ...cancelled, ...others]);
  assertEquals(calls, ["a", "de"]);
});

Deno.test("small chunks by writable go many at a time", async () => {
  await using ends = await pair({ inputBuffer: 65536 });
  const { client, server } = ends;
  let calls = 0;
  {
    using _counting = wrapped({
      WriteFile: (native) => (...args) => (calls++, native(...args)),
    });
    const writer = client.writable.getWriter();
    for (let i = 0; i < 800; i++) {
      await writer.write(new Uint8Array(64).fill(i));
    }
  }
  client.close();
  const got = await new Response(server.readable).bytes();
  assertEquals(got, new Uint8Array(800 * 64).map((_, i) => i / 64));
  // The event loop runs after 16 chunks at the earliest, and a first chunk goes alone.
  assertLess(calls, 800 / 16 * 2 + 4);
});

Deno.test("a pipe carries gathered writes in order, whatever their sizes", async () => {
  await using listener = listenPipe(uniqueName(), { mode: "byte" });
  await using client = await connectPipe(listener.name);
  await using server = await listener.accept();
  const sent = pattern(3_000_000);
  const got = new Uint8Array(sent.byteLength);
  const reading = (async () => {
    for (let at = 0; at < got.length;) {
      at += (await server.read(got.subarray(at)))!;
    }
  })();
  const writes: Promise<unknown>[] = [];
  const writer = client.writable.getWriter();
  let at = 0;
  for (let i = 0; at < sent.byteLength; i++) {
    const size = [1, 64, 0, 4096, 70_000, 16_385][i % 6]!;
    const piece = sent.slice(at, at + size);
    writes.push(i % 12 < 6 ? client.write(piece) : writer.write(piece));
    if (i % 12 === 11) await writes.at(-1);
    at += size;
  }
  await Promise.all(writes);
  await reading;
  assertEquals(got.findIndex((byte, i) => byte !== sent[i]), -1);
});

Deno.test("writable accepts small chunks before the other side reads them", async () => {
  await using listener = listenPipe(uniqueName(), {
    mode: "byte",
    inputBuffer: 1,
  });
  await using client = await connectPipe(listener.name);
  await using server = await listener.accept();
  const writer = client.writable.getWriter();
  const large = writer.write(pattern(100_000));
  for (const data of ["a", "b", "c"]) writer.write(bytes(data));
  await server.readable.getReader({ mode: "byob" })
    .read(new Uint8Array(100_000), { min: 100_000 });
  await large;
  // They come although nobody waited for them, and the writer has closed.
  const closed = writer.close();
  const rest = new Uint8Array(3);
  for (let at = 0; at < 3;) at += (await server.read(rest.subarray(at)))!;
  assertEquals(text(rest), "abc");
  await closed;
});
