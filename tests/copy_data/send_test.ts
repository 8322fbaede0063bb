import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  findWindows,
  listenMessages,
  sendCopyData,
} from "../../lib/copy_data/mod.ts";
import type { Win32Error } from "../../lib/win32/error.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { wrapped } from "../support/wrapped.ts";

const TEXT = "ünï 中文 😀";
const wide = toUtf16(TEXT).subarray(0, -2);

/** Starts a window in another process. */
async function startWindow(
  title: string,
  kind: string,
  ...more: string[]
): Promise<Peer> {
  const url = new URL("./peers/window.ts", import.meta.url);
  const peer = startScript(url, [title, kind, ...more]);
  await peer.says("ready");
  return peer;
}

Deno.test("sendCopyData() sends bytes and a tag, and gives the answer", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "echo");
  assertEquals(
    await sendCopyData(title, wide, { tag: 0x804e50ba }),
    0x804e50ba,
  );
  await peer.says(`2152616122 ${TEXT}`);
  assertEquals(await sendCopyData(title, new Uint8Array()), 0);
  await peer.says("0 ");
});

Deno.test("sendCopyData() goes by what it was given, whatever becomes of it", async () => {
  const title = uniqueName();
  const target = { title };
  const data = new Uint8Array(wide);
  const options = { tag: 7, waitForPeer: true, timeout: 60_000 };
  const sending = sendCopyData(target, data, options);
  target.title = "another";
  data.fill(0);
  await using peer = await startWindow(title, "echo");
  assertEquals(await sending, 7);
  await peer.says(`7 ${TEXT}`);
});

Deno.test("sendCopyData() sends again where its window is taken for hung and is not", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "echo");
  let failures = 2;
  let calls = 0;
  using _hung = wrapped({
    SendMessageTimeoutW: (native) => (...args) => {
      calls++;
      return failures-- > 0 ? Promise.resolve(0n) : native(...args);
    },
  });
  assertEquals(await sendCopyData(title, wide, { tag: 7 }), 7);
  await peer.says(`7 ${TEXT}`);
  failures = Infinity;
  calls = 0;
  await assertRejects(
    () => sendCopyData(title, wide),
    Error,
    "Windows does not say why",
  );
  assertEquals(calls, 5);
});

Deno.test("sendCopyData() waits for a thread that is on its way to its messages, and for no hung one", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "echo");
  let looks = 3;
  using _hung = wrapped({
    SendMessageTimeoutW: (native) => (...args) =>
      looks > 0 ? Promise.resolve(0n) : native(...args),
    IsHungAppWindow: (native) => (window) => looks-- > 0 ? 1 : native(window),
  });
  assertEquals(await sendCopyData(title, wide, { tag: 7 }), 7);
  await peer.says(`7 ${TEXT}`);
  looks = Infinity;
  await assertRejects(
    () => sendCopyData(title, wide, { timeout: 300_000 }),
    Deno.errors.TimedOut,
    "is hung",
  );
});

Deno.test("sendCopyData() finds its target in every way", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "size");
  const [window] = findWindows({ title });
  assertEquals([window!.pid, window!.className], [peer.pid, "winipc"]);
  for (
    const target of [
      title.toUpperCase(),
      { title },
      { title, className: "winipc" },
      { pid: peer.pid, className: "WINIPC" },
      window!.handle,
      BigInt(window!.handle),
      window!,
    ]
  ) {
    assertEquals(await sendCopyData(target, bytes("12345")), 5);
  }
  const wrong = { title, className: "nobody's" };
  await assertRejects(
    () => sendCopyData(wrong, bytes("x")),
    Deno.errors.NotFound,
    `of class "nobody's": there is no such window`,
  );
});

Deno.test("sendCopyData() sends 768 KiB, and refuses what would break the other side", async () => {
  const title = uniqueName();
  await using _peer = await startWindow(title, "size");
  for (const size of [1, 65536, 768 * 1024]) {
    assertEquals(await sendCopyData(title, pattern(size)), size);
  }
  const large = 8 * 1048576;
  if (UNDER_WINE) {
    await assertRejects(
      () => sendCopyData(title, pattern(large)),
      RangeError,
      "a message carries at most 786432 here",
    );
  } else assertEquals(await sendCopyData(title, pattern(large)), large);
});

Deno.test("sendCopyData() keeps order, and the event loop running", async () => {
  const title = uniqueName();
  using listener = listenMessages({ title });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const sent = Array.from(
    { length: 300 },
    (_, i) => sendCopyData(title, new Uint8Array(1), { tag: i }),
  );
  for (let i = 0; i < 300; i++) assertEquals((await listener.receive()).tag, i);
  assertEquals(new Set(await Promise.all(sent)), new Set([1]));
  clearInterval(timer);
  assertEquals(ticks > 3, true);
});

/** Windows here whose answers wait until `release` is called. */
function slowWindows(stack: AsyncDisposableStack, count: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  stack.defer(resolve);
  let handling = 0;
  const titles = Array.from({ length: count }, () => {
    const title = uniqueName();
    stack.use(listenMessages({ title, answerTimeout: 60_000 }, async () => {
      handling++;
      await promise;
      return 1;
    }));
    return title;
  });
  return { titles, release: resolve, handling: () => handling };
}

/** Waits until `condition` holds, and reads files, which takes threads of Deno's pool. */
async function readingUntil(condition: () => boolean): Promise<void> {
  do await Deno.readTextFile(new URL(import.meta.url)); while (!condition());
}

const PROCESSORS = navigator.hardwareConcurrency;

Deno.test("sendCopyData() leaves half of Deno's threads to others, however many windows are slow", async () => {
  await using stack = new AsyncDisposableStack();
  const { titles, ...slow } = slowWindows(stack, 5 * PROCESSORS);
  const sent = titles.map((title) =>
    sendCopyData(title, new Uint8Array(1), { timeout: 60_000 })
  );
  const most = Math.min(2 * PROCESSORS, 8);
  await readingUntil(() => slow.handling() >= most);
  slow.release();
  assertEquals(new Set(await Promise.all(sent)), new Set([1]));
});

Deno.test("sendCopyData() leaves a quarter of Deno's threads to others where handlers send", async () => {
  await using stack = new AsyncDisposableStack();
  const { titles, ...slow } = slowWindows(stack, 5 * PROCESSORS);
  const outer = uniqueName();
  const answerTimeout = 60_000;
  stack.use(listenMessages({ title: outer, answerTimeout }, async () => {
    const answers = titles.map((title) =>
      sendCopyData(title, new Uint8Array(1), { timeout: 60_000 })
    );
    return (await Promise.all(answers)).reduce((sum, one) => sum + one);
  }));
  const answer = sendCopyData(outer, new Uint8Array(1), { timeout: 60_000 });
  await readingUntil(() => slow.handling() >= Math.min(3 * PROCESSORS - 1, 7));
  slow.release();
  assertEquals(await answer, 5 * PROCESSORS);
});

Deno.test("sendCopyData() between two processes nests three deep", async () => {
  const [a, b] = [uniqueName(), uniqueName()];
  await using _a = await startWindow(a, "nest", b);
  await using _b = await startWindow(b, "nest", a);
  const send = (title: string) =>
    sendCopyData(title, new Uint8Array(1), { tag: 3, timeout: 60_000 });
  const both = [send(a), send(b), send(a), send(b)];
  assertEquals(await Promise.all(both), [4, 4, 4, 4]);
});

/** Windows' rules make each message dearer, and do not care how many there are. */
const MANY = WINDOWS_RULES ? 2000 : 10_000;

Deno.test(`sendCopyData() loses nothing of ${MANY} messages each way at once`, async () => {
  const [a, b] = [uniqueName(), uniqueName()];
  const url = new URL("./peers/window.ts", import.meta.url);
  await using one = startScript(url, [a, "count", b]);
  await using other = startScript(url, [b, "count", a]);
  for (const peer of [one, other]) await peer.says("ready");
  for (const peer of [one, other]) await peer.send(`${MANY}`);
  for (const peer of [one, other]) await peer.says("all");
});

Deno.test("sendCopyData() reports that there is no window", async () => {
  const title = uniqueName();
  const error = await assertRejects(
    () => sendCopyData(title, bytes("x")),
    Deno.errors.NotFound,
    `Cannot send to the window titled "${title}": there is no such window (ERROR_INVALID_WINDOW_HANDLE)`,
  );
  assertEquals((error.cause as Win32Error).code, 1400);
  await assertRejects(
    () => sendCopyData(0x7fff_fff0, bytes("x")),
    Deno.errors.NotFound,
    "the window 0x7ffffff0: there is no such window",
  );
});

Deno.test("sendCopyData() uses a target that is inherited, and sends to no other window", async () => {
  const title = uniqueName();
  await using listener = listenMessages({ title, messageOnly: true });
  const target = (wanted: string) => Object.create({ title: wanted });
  await assertRejects(
    () => sendCopyData(target(uniqueName()), bytes("secret")),
    Deno.errors.NotFound,
  );
  assertEquals(await sendCopyData(target(title), bytes("hello")), 1);
  assertEquals((await listener.receive()).bytes, bytes("hello"));
});

Deno.test("sendCopyData() waits for the window", async () => {
  const title = uniqueName();
  const sending = sendCopyData(title, wide, {
    tag: 5,
    waitForPeer: true,
    timeout: 60_000,
  });
  await using peer = await startWindow(title, "echo");
  assertEquals(await sending, 5);
  await peer.says(`5 ${TEXT}`);
  await assertRejects(
    () => sendCopyData(uniqueName(), wide, { waitForPeer: true, timeout: 20 }),
    DOMException,
    "there was no such window within 20 ms",
  );
});

Deno.test("sendCopyData() times out, or is aborted", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "silent");
  let handled = false;
  const handling = peer.says("handling").then(() => handled = true);
  // One that is given up before it has come is not handled at all.
  while (!handled) {
    const error = await assertRejects(
      () => sendCopyData(title, wide, { timeout: 100 }),
      DOMException,
      `Cannot send to the window titled "${title}": it did not answer within 100 ms`,
    );
    assertEquals(error.name, "TimeoutError");
  }
  await handling;
  const over = new AbortController();
  const timeout = 60_000;
  const sending = sendCopyData(title, wide, { signal: over.signal, timeout });
  await peer.says("handling");
  over.abort(new Error("enough"));
  await assertRejects(() => sending, Error, "enough");
  // The next one waits for what is left of it, which ends with the window.
  const next = assertRejects(
    () => sendCopyData(title, wide, { timeout }),
    Deno.errors.BrokenPipe,
  );
  await peer.kill();
  await next;
});

Deno.test("sendCopyData() ends at whatever step it is aborted", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "echo");
  await sendCopyData(title, wide);
  await peer.line();
  for (let steps = 0; steps < 32; steps++) {
    const abort = new AbortController();
    const sending = sendCopyData(title, wide, { signal: abort.signal });
    const ended = assertRejects(() => sending, Error, "enough");
    for (let i = 0; i < steps; i++) await undefined;
    abort.abort(new Error("enough"));
    await ended;
  }
  assertEquals(await sendCopyData(title, wide, { tag: 5 }), 5);
});

Deno.test("sendCopyData() reports that the window vanished while it handled the message", async () => {
  const title = uniqueName();
  await using peer = await startWindow(title, "silent");
  const broken = assertRejects(
    () => sendCopyData(title, wide, { timeout: 30_000 }),
    Deno.errors.BrokenPipe,
    "the window vanished before it answered",
  );
  await peer.says("handling");
  await peer.kill();
  await broken;
});

Deno.test("sendCopyData() finds no window that has answered and is closed", async () => {
  const listener = listenMessages({}, () => 1);
  const { handle } = listener;
  assertEquals(await sendCopyData(handle, wide), 1);
  await listener[Symbol.asyncDispose]();
  await assertRejects(
    () => sendCopyData(handle, wide),
    Deno.errors.NotFound,
    "there is no such window",
  );
});

Deno.test("sendCopyData() finds no window that was closed while another one handles a message", async () => {
  const [title, other] = [uniqueName(), uniqueName()];
  await using peer = await startWindow(title, "closes", other);
  assertEquals(await sendCopyData(other, wide), 2);
  const sending = sendCopyData(title, wide);
  await peer.says("closed");
  assertEquals(findWindows({ title: other }), []);
  await assertRejects(() => sendCopyData(other, wide), Deno.errors.NotFound);
  await peer.send("answer");
  assertEquals(await sending, 1);
});

Deno.test("sendCopyData() distinguishes a hung window, a slow one, and one that vanished", async () => {
  const title = uniqueName();
  const url = new URL("./peers/hung.ts", import.meta.url);
  await using peer = startScript(url, [title]);
  await peer.says("ready");
  // Windows calls a window hung that has not looked at its messages for 5 s.
  const errors: Error[] = [];
  while (!(errors.at(-1) instanceof Deno.errors.TimedOut)) {
    const error = await sendCopyData(title, wide, { timeout: 500 })
      .catch((error) => error);
    errors.push(error);
    if (error.name === "TimeoutError") continue;
    assertStringIncludes(
      error.message,
      "is hung: its program does not respond",
    );
    assertEquals((error.cause as Win32Error).symbol, "ERROR_TIMEOUT");
  }
  assertEquals(errors[0]!.name, "TimeoutError");
  // A hung one is told at once, however long one would wait: not after 5 minutes.
  await assertRejects(
    () => sendCopyData(title, wide, { timeout: 300_000 }),
    Deno.errors.TimedOut,
    "is hung",
  );
  await peer.kill();
  await assertRejects(() => sendCopyData(title, wide), Deno.errors.NotFound);
});

Deno.test("sendCopyData() checks its arguments first", async () => {
  const send = sendCopyData as (...args: unknown[]) => Promise<number>;
  const data = new Uint8Array(1);
  for (
    const [args, type, expectedMessage] of [
      [["x", "text"], TypeError, "Invalid data"],
      [[{}, data], TypeError, "Invalid target"],
      [[0, data], RangeError, "Invalid window handle 0"],
      [["a\0b", data], TypeError, "contains a NUL"],
      [["x", data, { tag: 1.5 }], TypeError, "Invalid tag 1.5"],
      [["x", data, { tag: -1 }], RangeError, "Invalid tag -1"],
      [["x", data, { timeout: -1 }], RangeError, "Invalid timeout -1"],
      [["x", data, { from: 2n ** 32n }], RangeError, "Invalid from 4294967296"],
    ] as const
  ) {
    const error = await assertRejects(() => send(...args), type);
    assertStringIncludes(error.message, expectedMessage);
  }
});

Deno.test("sendCopyData() refuses a bad sender, and sends on to the same window", async () => {
  const title = uniqueName();
  await using _peer = await startWindow(title, "size");
  for (const from of [null, "", "1e3", [], new Date(0)]) {
    const options = { from: from as never };
    await assertRejects(
      () => sendCopyData(title, bytes("x"), options),
      TypeError,
      "Invalid from",
    );
  }
  assertEquals(await sendCopyData(title, bytes("123"), { from: 0n }), 3);
});
