import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  findWindows,
  listenMessages,
  type MessageAnswer,
  sendCopyData,
} from "../../lib/copy_data/mod.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";

const data = new Uint8Array(1);
/** Windows calls a thread hung that looks for no messages for so long. */
const HUNG_AFTER_MS = 5000;

Deno.test("listenMessages() gives what another process sends, in order", async () => {
  const title = uniqueName();
  using listener = listenMessages({ title });
  const url = new URL("./peers/sender.ts", import.meta.url);
  const texts = ["one", "", "ünï 中文 😀"];
  await using peer = startScript(url, [title, ...texts]);
  for (const sent of texts) {
    const { tag, rawTag, bytes, sender } = await listener.receive();
    assertEquals(bytes, toUtf16(sent).subarray(0, -2));
    assertEquals([tag, rawTag, sender], [sent.length, BigInt(tag), 0]);
    await peer.says("1");
  }
});

Deno.test("listenMessages() answers what its handler says", async () => {
  const title = uniqueName();
  const answers: (MessageAnswer | Promise<MessageAnswer>)[] = [
    true,
    false,
    undefined,
    42,
    -1,
    7n,
    Promise.resolve(5),
  ];
  using listener = listenMessages({ title }, ({ tag }) => answers[tag]);
  const got: number[] = [];
  for (let tag = 0; tag < answers.length; tag++) {
    got.push(await sendCopyData(listener, data, { tag }));
  }
  assertEquals(got, [1, 0, 1, 42, -1, 7, 5]);
});

Deno.test("listenMessages() reports what a handler throws, and refuses the message", async () => {
  const errors: string[] = [];
  using listener = listenMessages({
    onError: (error) => void errors.push((error as Error).message),
  }, ({ bytes }) => {
    if (text(bytes) === "throw") throw new Error("thrown");
    if (text(bytes) === "reject") return Promise.reject(new Error("rejected"));
    return "yes" as unknown as number;
  });
  for (const what of ["throw", "reject", "wrong"]) {
    assertEquals(await sendCopyData(listener, bytes(what)), 0);
  }
  assertEquals(errors, [
    "thrown",
    "rejected",
    "Invalid answer yes: give an integer, true or false",
  ]);
});

Deno.test("listenMessages() refuses what is not answered in time", async () => {
  const answerTimeout = 50;
  const late = Promise.withResolvers<boolean>();
  using listener = listenMessages({ answerTimeout }, () => late.promise);
  assertEquals(await sendCopyData(listener, data), 0);
  late.resolve(true);
  // In time, as soon as this thread gets round to it within those 50 ms.
  while (await sendCopyData(listener, data) === 0);
});

Deno.test("listenMessages() handles messages while others are handled", async () => {
  const first = Promise.withResolvers<number>();
  using listener = listenMessages({}, ({ tag }) => {
    if (tag === 1) return first.promise;
    first.resolve(10);
    return 20;
  });
  const answers = [
    sendCopyData(listener, data, { tag: 1 }),
    sendFromHandler(listener.handle, 2),
  ];
  assertEquals(await Promise.all(answers), [10, 20]);
});

/** Sends as a handler does, which waits for no other send. */
async function sendFromHandler(target: number, tag: number): Promise<number> {
  using through = listenMessages({}, () => sendCopyData(target, data, { tag }));
  return await sendCopyData(through, data);
}

Deno.test("listenMessages() handles 8 messages at once and lets the senders of more wait, although for long", async () => {
  const title = uniqueName();
  const eight = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  await using _listener = listenMessages({
    title,
    answerTimeout: 60_000,
  }, async ({ tag }) => {
    most = Math.max(most, ++running);
    if (running === 8) eight.resolve();
    await release.promise;
    running--;
    return tag;
  });
  const url = new URL("./peers/crowd.ts", import.meta.url);
  await using one = startScript(url, [title, 1, 4]);
  await using two = startScript(url, [title, 5, 4]);
  await using three = startScript(url, [title, 9, 4]);
  const answers = Promise.all([one, two, three].map((peer) => peer.line()));
  // One that ends early says why.
  await Promise.race([eight.promise, answers]);
  // One more waits in vain. After 5 s Windows would call the window hung, which
  // is another error.
  const error = await assertRejects(
    () => sendCopyData(title, data, { timeout: HUNG_AFTER_MS + 1000 }),
    DOMException,
  );
  assertEquals([error.name, most], ["TimeoutError", 8]);
  release.resolve();
  assertEquals(await answers, ["1 2 3 4", "5 6 7 8", "9 10 11 12"]);
  assertEquals(most, 8);
});

Deno.test("listenMessages() lets senders wait while its backlog is full", async () => {
  using listener = listenMessages({ backlog: 2, answerTimeout: 100 });
  const sent = [1, 2, 3].map((tag) => sendCopyData(listener, data, { tag }));
  assertEquals(await Promise.all(sent), [1, 1, 0]);
  assertEquals((await listener.receive()).tag, 1);
  assertEquals(await sendCopyData(listener, data, { tag: 4 }), 1);
  assertEquals((await listener.receive()).tag, 2);
  assertEquals((await listener.receive()).tag, 4);
});

Deno.test("listenMessages() refuses another process while its backlog stays full", async () => {
  const title = uniqueName();
  using listener = listenMessages({ title, backlog: 2, answerTimeout: 100 });
  const url = new URL("./peers/sender.ts", import.meta.url);
  await using peer = startScript(url, [title, "a", "bb", "ccc"]);
  // The sender waits for the third answer, which is that nobody took it.
  for (const answer of ["1", "1", "0"]) await peer.says(answer);
  assertEquals((await listener.receive()).tag, 1);
  assertEquals((await listener.receive()).tag, 2);
  await assertRejects(() => listener.receive({ timeout: 0 }), DOMException);
  await using next = startScript(url, [title, "dddd"]);
  await next.says("1");
  assertEquals((await listener.receive()).tag, 4);
});

Deno.test("MessageListener.close() answers the senders that wait while its backlog is full", async () => {
  const listener = listenMessages({ backlog: 1, answerTimeout: 60_000 });
  assertEquals(await sendCopyData(listener, data), 1);
  // Its sender no longer waits, but the window thread does.
  await assertRejects(
    () => sendCopyData(listener, data, { timeout: 200 }),
    DOMException,
  );
  const since = performance.now();
  await listener[Symbol.asyncDispose]();
  assertEquals(performance.now() - since < 30_000, true);
});

Deno.test("listenMessages() serves several windows at once", async () => {
  const titles = [uniqueName(), uniqueName(), uniqueName()];
  const className = uniqueName("class");
  using stack = new DisposableStack();
  titles.forEach((title, i) => {
    const messageOnly = i === 2;
    stack.use(
      listenMessages({ title, className, messageOnly }, () => i + 10),
    );
  });
  const answers = titles.map((title) =>
    sendCopyData({ title, className }, data)
  );
  assertEquals(await Promise.all(answers), [10, 11, 12]);
});

Deno.test("MessageListener.close() ends receives, and answers what is being handled", async () => {
  const title = uniqueName();
  const listener = listenMessages({ title });
  const receiving = listener.receive();
  listener.close();
  listener.close();
  await assertRejects(() => receiving, Deno.errors.BadResource, "is closed");
  await assertRejects(() => listener.receive(), Deno.errors.BadResource);
  for await (const _ of listener) throw new Error("unexpected");
  await assertRejects(() => sendCopyData(title, data), Deno.errors.NotFound);

  const closing = listenMessages({ title }, () => {
    closing.close();
    return 5;
  });
  assertEquals(await sendCopyData(title, data), 5);
  await closing[Symbol.asyncDispose]();
  await assertRejects(() => sendCopyData(title, data), Deno.errors.NotFound);
});

Deno.test("MessageListener.receive() can be aborted, and times out", async () => {
  await using listener = listenMessages();
  await assertRejects(() => listener.receive({ timeout: 5 }), DOMException);
  const signal = AbortSignal.timeout(5);
  await assertRejects(() => listener.receive({ signal }), DOMException);
});

Deno.test("listenMessages() checks its options first", () => {
  const listen = listenMessages as (...args: unknown[]) => unknown;
  for (
    const [options, expectedMessage] of [
      [{ title: 1 }, "Invalid title 1"],
      [{ title: "a\0" }, "contains a NUL"],
      [{ className: "" }, "Invalid className"],
      [{ backlog: 0 }, "Invalid backlog 0"],
      [{ answerTimeout: -1 }, "Invalid answerTimeout -1"],
      [{ messageOnly: 1 }, "Invalid messageOnly 1"],
      [{ onError: 1 }, "Invalid onError"],
    ] as const
  ) {
    assertThrows(() => listen(options), Error, expectedMessage);
  }
  assertThrows(() => listen({}, "no function"), TypeError, "Invalid handler");
});

Deno.test("a listener that is closed while it handles a message is gone with the last one", async () => {
  const [title, other] = [uniqueName(), uniqueName()];
  const handling = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<MessageAnswer>();
  const first = listenMessages({ title }, () => {
    handling.resolve();
    return answer.promise;
  });
  const last = listenMessages({ title: other });
  const url = new URL("./peers/sender.ts", import.meta.url);
  await using peer = startScript(url, [title, "one"]);
  await handling.promise;
  first.close();
  answer.resolve(7);
  last.close();
  await first[Symbol.asyncDispose]();
  await last[Symbol.asyncDispose]();
  await peer.says("7");
  assertEquals(
    findWindows({ title }).concat(findWindows({ title: other })),
    [],
  );
});
