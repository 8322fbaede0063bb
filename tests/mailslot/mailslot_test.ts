import {
  assertEquals,
  assertLessOrEqual,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { createMailslot, type Mailslot, openMailslot } from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { threadCount } from "../support/process_stats.ts";

function peer(script: "writer" | "reader", ...args: (string | number)[]): Peer {
  return startScript(new URL(`./peers/${script}.ts`, import.meta.url), args);
}

/** Sends each text. */
async function send(mailslot: Mailslot, ...messages: string[]): Promise<void> {
  await using sender = await openMailslot(mailslot.name);
  for (const message of messages) await sender.send(bytes(message));
}

/** One turn of the event loop, after which what was begun is under way. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

Deno.test("receive() keeps order and sizes of another process' messages", async () => {
  const sizes = [1, 0, 4096, 4097, 424, 0, 60_000, 3];
  await using mailslot = createMailslot(uniqueName());
  await using writer = peer("writer", mailslot.name, ...sizes);
  for (const size of sizes) {
    assertEquals(await mailslot.receive(), pattern(size, size));
  }
  await writer.says("sent");
});

Deno.test("receive() in another process gets what we send", async () => {
  const name = uniqueName();
  await using reader = peer("reader", name, 2);
  await reader.says("ready");
  await using sender = await openMailslot(name);
  for (const word of ["é管😀", "last"]) await sender.send(bytes(word));
  await reader.says("é管😀");
  await reader.says("last");
});

Deno.test("receive() sees an empty message", async () => {
  await using mailslot = createMailslot(uniqueName());
  const received = mailslot.receive();
  await send(mailslot, "");
  assertEquals(await received, new Uint8Array());
});

Deno.test("receive() serves pending calls in their order", async () => {
  await using mailslot = createMailslot(uniqueName());
  const received = [1, 2, 3].map(() => mailslot.receive());
  await send(mailslot, "a", "b", "c");
  assertEquals((await Promise.all(received)).map(text), ["a", "b", "c"]);
});

Deno.test("receive() gets messages of several senders", async () => {
  await using mailslot = createMailslot(uniqueName());
  await using one = await openMailslot(mailslot.name);
  await using other = await openMailslot(mailslot.name);
  await one.send(bytes("1"));
  await other.send(bytes("2"));
  await one.send(bytes("3"));
  const words = [];
  for (let i = 0; i < 3; i++) words.push(text(await mailslot.receive()));
  assertEquals(words, ["1", "2", "3"]);
});

Deno.test("receive() aborted rejects with the reason, and loses no message", async () => {
  await using mailslot = createMailslot(uniqueName());
  const abort = new AbortController();
  const received = mailslot.receive({ signal: abort.signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => received, Error, "enough");
  await send(mailslot, "kept");
  assertEquals(text(await mailslot.receive()), "kept");
});

Deno.test("receive() times out, and loses no message", async () => {
  await using mailslot = createMailslot(uniqueName());
  const error = await assertRejects(
    () => mailslot.receive({ timeout: 5 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
  await send(mailslot, "kept");
  assertEquals(text(await mailslot.receive()), "kept");
});

Deno.test("receive() refuses bad options", async () => {
  await using mailslot = createMailslot(uniqueName());
  await assertRejects(() => mailslot.receive({ timeout: -1 }), RangeError);
  await assertRejects(() => mailslot.receive({ timeout: NaN }), TypeError);
});

Deno.test("readTimeout of 0 takes only what is there", async () => {
  await using mailslot = createMailslot(uniqueName(), { readTimeout: 0 });
  const error = await assertRejects(() => mailslot.receive(), DOMException);
  assertEquals(error.name, "TimeoutError");
  await send(mailslot, "here");
  assertEquals(text(await mailslot.receive()), "here");
});

Deno.test("readTimeout of n ms ends a receive", async () => {
  await using mailslot = createMailslot(uniqueName(), { readTimeout: 20 });
  const began = performance.now();
  const error = await assertRejects(
    () => mailslot.receive(),
    DOMException,
    "20 ms",
  );
  assertEquals(error.name, "TimeoutError");
  assertLessOrEqual(15, performance.now() - began);
});

Deno.test("setReadTimeout() changes the limit, for ever included", async () => {
  await using mailslot = createMailslot(uniqueName());
  const limits = [0, 20, Infinity];
  for (const limit of limits) {
    mailslot.setReadTimeout(limit);
    assertEquals(mailslot.info().readTimeout, limit);
  }
  const received = mailslot.receive();
  await send(mailslot, "late");
  assertEquals(text(await received), "late");
});

Deno.test("info() reports what waits, and how the mailslot was made", async () => {
  const options = { maxMessageSize: 1000, readTimeout: 50 };
  await using mailslot = createMailslot(uniqueName(), options);
  const empty = { ...options, nextSize: null, count: 0 };
  assertEquals(mailslot.info(), empty);
  await send(mailslot, "abc", "", "x");
  assertEquals(mailslot.info(), { ...options, nextSize: 3, count: 3 });
  for (let i = 0; i < 3; i++) await mailslot.receive();
  assertEquals(mailslot.info(), empty);
});

Deno.test("info() reports no limits as 0 and Infinity", async () => {
  await using mailslot = createMailslot(uniqueName());
  const { maxMessageSize, readTimeout } = mailslot.info();
  assertEquals([maxMessageSize, readTimeout], [0, Infinity]);
});

Deno.test("peek() shows the next message, and takes nothing", async () => {
  await using mailslot = createMailslot(uniqueName());
  await send(mailslot, "first", "second");
  assertEquals(text(await mailslot.peek()), "first");
  (await mailslot.peek()).fill(0);
  const { count, nextSize } = mailslot.info();
  assertEquals([count, nextSize], [2, 5]);
  assertEquals(text(await mailslot.receive()), "first");
  assertEquals(text(await mailslot.receive()), "second");
});

Deno.test("peek() waits for a message, and can be aborted", async () => {
  await using mailslot = createMailslot(uniqueName());
  await assertRejects(() => mailslot.peek({ timeout: 1 }), DOMException);
  const peeked = mailslot.peek();
  await send(mailslot, "x");
  assertEquals(text(await peeked), "x");
});

Deno.test("close() ends the iterator, and pending receives reject", async () => {
  await using mailslot = createMailslot(uniqueName());
  await send(mailslot, "a", "b");
  const words: string[] = [];
  for await (const message of mailslot) {
    words.push(text(message));
    if (words.length === 2) setTimeout(() => mailslot.close());
  }
  assertEquals(words, ["a", "b"]);
  await assertRejects(() => mailslot.receive(), Deno.errors.BadResource);
});

Deno.test("close() rejects a pending receive, and safe to call twice", async () => {
  const mailslot = createMailslot(uniqueName());
  const received = assertRejects(
    () => mailslot.receive(),
    Deno.errors.BadResource,
    "is closed",
  );
  await turn();
  mailslot.close();
  mailslot.close();
  await received;
  await mailslot[Symbol.asyncDispose]();
});

Deno.test("close() makes the name free again", async () => {
  const name = uniqueName();
  for (let i = 0; i < 3; i++) {
    await using mailslot = createMailslot(name);
    await send(mailslot, `${i}`);
    assertEquals(text(await mailslot.receive()), `${i}`);
  }
});

Deno.test("close() discards what was not read", async () => {
  const name = uniqueName();
  const first = createMailslot(name);
  await send(first, "lost");
  await first[Symbol.asyncDispose]();
  await using second = createMailslot(name, { readTimeout: 0 });
  assertEquals(second.info().count, 0);
});

Deno.test("closed mailslot refuses info() and setReadTimeout()", async () => {
  const mailslot = createMailslot(uniqueName());
  await mailslot[Symbol.asyncDispose]();
  assertThrows(() => mailslot.info(), Deno.errors.BadResource);
  assertThrows(() => mailslot.setReadTimeout(1), Deno.errors.BadResource);
});

Deno.test("50 mailslots wait at once on at most 3 threads more", async () => {
  const slots = Array.from({ length: 50 }, () => createMailslot(uniqueName()));
  const before = threadCount();
  const received = slots.map((slot) => slot.receive());
  await turn();
  assertLessOrEqual(threadCount() - before, 3);
  for (const slot of slots.toReversed()) await send(slot, slot.name);
  const names = (await Promise.all(received)).map(text);
  assertEquals(names, slots.map(({ name }) => name));
  for (const slot of slots) await slot[Symbol.asyncDispose]();
});

Deno.test("unref() does not stop a receive while the process lives", async () => {
  await using mailslot = createMailslot(uniqueName());
  mailslot.unref();
  const received = mailslot.receive();
  await using writer = peer("writer", mailslot.name, 7);
  await writer.says("sent");
  assertEquals(await received, pattern(7, 7));
});
