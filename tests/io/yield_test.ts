/**
 * What keeps the event loop from running: a wait with a time limit, which on
 * Windows ends with a tick of the clock, up to 15.6 ms late; and operations that
 * succeed at once, one after another.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { isTimeSliceOver, yieldToEventLoop } from "../../lib/io/wait/yield.ts";
import {
  createEvent,
  createMutex,
  FramedConnection,
  FrameDecoderStream,
  listenMessages,
  sendCopyData,
  trace,
  type TraceRecord,
  waitFor,
  waitForAll,
  waitForAny,
} from "../../mod.ts";
import { pair } from "../named_pipe/helpers.ts";
import "../support/native.ts";
import { uniqueName } from "../support/names.ts";

const ROUNDS = 300;
/** Some operations may run before the clock is read, and the event loop runs. */
const MAX_PER_TURN = 32;
const TIME_LIMITS = ["dwMilliseconds", "nTimeOut", "uTimeout"];

/** The calls of `work` that wait on the main thread, and all of them. */
async function waits(
  work: () => Promise<unknown>,
): Promise<{ calls: number; waiting: string[] }> {
  let calls = 0;
  const waiting: string[] = [];
  const sink = ({ thread, name, args, lastError }: TraceRecord) => {
    // What runs on another thread has no last error.
    if (thread !== "main" || lastError === undefined) return;
    calls++;
    const limit = TIME_LIMITS.map((key) => args[key]).find(Number);
    if (limit !== undefined) waiting.push(`${name} ${limit}`);
  };
  using _trace = trace({ sink });
  await work();
  return { calls, waiting };
}

Deno.test("the main thread never waits in Windows for pipes", async () => {
  await using ends = await pair();
  const { client, server } = ends;
  const echo = (async () => {
    const buffer = new Uint8Array(64);
    for (let i = 0; i < ROUNDS; i++) {
      const count = await server.read(buffer);
      await server.write(buffer.subarray(0, count!));
    }
  })();
  const { calls, waiting } = await waits(async () => {
    const buffer = new Uint8Array(64);
    for (let i = 0; i < ROUNDS; i++) {
      const reading = client.read(buffer);
      await client.write(new Uint8Array(8));
      await reading;
    }
  });
  await echo;
  assert(calls > ROUNDS);
  assertEquals(waiting, []);
});

Deno.test("the main thread never waits in Windows for messages", async () => {
  const title = uniqueName();
  await using _listener = listenMessages({ title }, ({ tag }) => tag + 1);
  const { calls, waiting } = await waits(async () => {
    for (let tag = 0; tag < ROUNDS; tag++) {
      assertEquals(
        await sendCopyData(title, new Uint8Array(8), { tag }),
        tag + 1,
      );
    }
  });
  assert(calls > ROUNDS);
  assertEquals(waiting, []);
});

Deno.test("operations that succeed at once let the event loop run once the time is over", async () => {
  await using ends = await pair();
  const { client, server } = ends;
  const before = inThisTurn();
  for (; before.count < MAX_PER_TURN; before.count++) {
    while (!isTimeSliceOver());
    await client.write(new Uint8Array(8));
  }
  assertLess(await before.ended, MAX_PER_TURN);
  await server.read(new Uint8Array(8));
});

Deno.test("waits that end at once let the event loop run once the time is over", async () => {
  using mutex = createMutex(null);
  await using event = createEvent(null, { set: true, manualReset: true });
  await using unset = createEvent(null);
  const waits: [string, () => Promise<unknown>][] = [
    ["a mutex", () => mutex.lock().then((lock) => lock.release())],
    ["an event", () => waitFor(event)],
    [
      "a mutex of several objects",
      () => waitForAny([mutex, event]).then(() => mutex.release()),
    ],
    [
      "all objects",
      () => waitForAll([mutex, event]).then(() => mutex.release()),
    ],
    ["nothing", () => waitFor(unset, { timeout: 0 }).catch(() => {})],
  ];
  for (const [what, wait] of waits) {
    await turnThatIsOver();
    const before = inThisTurn();
    for (; before.count < MAX_PER_TURN; before.count++) await wait();
    assertLess(await before.ended, MAX_PER_TURN, what);
  }
});

const LINES = new Uint8Array(1000).fill("\n".charCodeAt(0));

Deno.test("messages that have come by one read let the event loop run in between", async () => {
  let unread: number | null = LINES.length;
  const framed = new FramedConnection({
    read(buffer) {
      const length = unread;
      buffer.set(LINES);
      unread = null;
      return Promise.resolve(length);
    },
    write: () => Promise.resolve(),
  }, "line");
  await turnThatIsOver();
  const before = inThisTurn();
  for await (const _message of framed.messages()) before.count++;
  assertLess(await before.ended, MAX_PER_TURN);
  assertEquals(before.count, LINES.length);
});

Deno.test("messages of a stream let the event loop run in between", async () => {
  const decoding = new FrameDecoderStream("line");
  const messages = ReadableStream.from([LINES]).pipeThrough(decoding);
  await turnThatIsOver();
  const before = inThisTurn();
  for await (const _message of messages) before.count++;
  assertLess(await before.ended, MAX_PER_TURN);
  assertEquals(before.count, LINES.length);
});

/** Begins a turn, and comes to where its time is over. */
async function turnThatIsOver(): Promise<void> {
  await yieldToEventLoop();
  while (!isTimeSliceOver());
}

/** Counts; `ended` is how many there were when the event loop came round. */
function inThisTurn(): { count: number; ended: Promise<number> } {
  const { promise, resolve } = Promise.withResolvers<number>();
  const counter = { count: 0, ended: promise };
  setImmediate(() => resolve(counter.count));
  return counter;
}
