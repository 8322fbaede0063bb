import {
  assert,
  assertEquals,
  assertGreater,
  assertLessOrEqual,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  createEvent,
  createSemaphore,
  openProcess,
  waitFor,
  waitForAny,
} from "../../lib/sync/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { wrapped } from "../support/wrapped.ts";
import { PEER } from "./peer_script.ts";

const limit = { timeout: 20_000 };

/** One turn of the event loop, after which what was begun is under way. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function events(count: number) {
  return Array.from({ length: count }, () => createEvent(null));
}

Deno.test("waitFor() leaves the event loop free", async () => {
  await using event = createEvent(null);
  const wait = waitFor(event, limit);
  await new Promise((resolve) => setTimeout(resolve, 0));
  event.set();
  assertEquals((await wait).index, 0);
});

/** Deno takes a new thread where one has just told its result and is not idle yet. */
const SPARE_THREADS = 2;

Deno.test("waitFor() fifty at once cost one blocked thread", async () => {
  await using peer = startScript(new URL("threads_peer.ts", import.meta.url));
  const withOne = Number(await peer.line());
  assertGreater(withOne, 0);
  assertLessOrEqual(Number(await peer.line()), withOne + SPARE_THREADS);
  assertEquals((await peer.ended()).code, 0);
});

Deno.test("waitForAny() over 200 objects takes the one that is set", async () => {
  const list = events(200);
  const wait = waitForAny(list, limit);
  await new Promise((resolve) => setTimeout(resolve, 0));
  list[170]!.set();
  const { object, index } = await wait;
  assertEquals(index, 170);
  assertStrictEquals(object, list[170]!);
  list[5]!.set();
  assertEquals((await waitForAny(list, { timeout: 0 })).index, 5);
  for (const event of list) await event[Symbol.asyncDispose]();
});

Deno.test("waitFor() takes turns over one auto-reset event", async () => {
  await using event = createEvent(null);
  const order: number[] = [];
  const waits = [0, 1, 2].map((i) =>
    waitFor(event, limit).then(() => order.push(i))
  );
  for (const wait of waits) {
    event.set();
    await wait;
  }
  assertEquals(order, [0, 1, 2]);
});

Deno.test("waitFor() rejects with the signal's reason and takes nothing", async () => {
  await using event = createEvent(null);
  const controller = new AbortController();
  const wait = waitFor(event, { signal: controller.signal });
  await new Promise((resolve) => setTimeout(resolve, 0));
  controller.abort("enough");
  assertEquals(await wait.catch((reason) => reason), "enough");
  event.set();
  await waitFor(event, { timeout: 0 });
});

Deno.test("waitFor() loses no signal to a wait that is aborted", async () => {
  await using semaphore = createSemaphore(null, { max: 1000, initial: 0 });
  let taken = 0;
  for (let round = 0; round < 200; round++) {
    const controller = new AbortController();
    const wait = waitFor(semaphore, { signal: controller.signal });
    if (round % 2 === 0) await undefined;
    else await new Promise((resolve) => setTimeout(resolve, 0));
    semaphore.release();
    controller.abort();
    await wait.then(() => taken++, () => {});
  }
  for (;;) {
    try {
      await waitFor(semaphore, { timeout: 0 });
      taken++;
    } catch {
      break;
    }
  }
  assertEquals(taken, 200);
});

Deno.test("waitFor() times out with a TimeoutError", async () => {
  await using event = createEvent(null);
  const error = await assertRejects(
    () => waitFor(event, { timeout: 20 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
});

Deno.test("close() ends pending waits", async () => {
  const event = createEvent(uniqueName());
  const wait = assertRejects(() => waitFor(event), Deno.errors.BadResource);
  await new Promise((resolve) => setTimeout(resolve, 0));
  await event[Symbol.asyncDispose]();
  await wait;
  await assertRejects(() => waitFor(event), Deno.errors.BadResource);
});

Deno.test("close() ends a wait that two threads wait for, whichever returns first", async () => {
  const list = events(70);
  const first = Promise.withResolvers<void>();
  let calls = 0;
  using _inOrder = wrapped({
    WaitForMultipleObjects: (native, { declaration }) => {
      if (!declaration.nonblocking) return native;
      return async (...args) => {
        const call = calls++;
        const result = await native(...args);
        if (call === 0) first.resolve();
        else await first.promise.then(turn);
        return result;
      };
    },
  });
  const wait = assertRejects(() => waitForAny(list), Deno.errors.BadResource);
  await turn();
  list.shift()!.close();
  await wait;
  assertEquals(calls, 2);
  const again = waitForAny(list, limit);
  await turn();
  list[0]!.set();
  assertEquals((await again).index, 0);
  for (const event of list) await event[Symbol.asyncDispose]();
});

Deno.test("waitFor() sees the end of a process by its pid", async () => {
  await using peer = startScript(PEER);
  await peer.says("ready");
  await using process = openProcess(peer.pid);
  assertEquals(process.exitCode(), null);
  const wait = waitFor(process, limit);
  await peer.send("exit");
  await wait;
  assertEquals(process.exitCode(), 7);
});

Deno.test("openProcess() of no process is NotFound", async () => {
  await assertRejects(
    async () => await openProcess(0xffff_fff0),
    Deno.errors.NotFound,
  );
});

Deno.test("waitForAny() rejects bad input", async () => {
  using event = createEvent(null);
  const bad = [[], [event, event], [{}], "x", [null]];
  for (const objects of bad) {
    await assertRejects(() => waitForAny(objects as never), TypeError);
  }
  await assertRejects(() => waitFor(event, { timeout: -1 }), RangeError);
  await assertRejects(() => waitFor(event, { timeout: NaN }), TypeError);
  await assertRejects(
    () => waitFor(event, { signal: {} as never }),
    TypeError,
  );
});

Deno.test("unref() lets a program end while it waits", async () => {
  await using peer = startScript(new URL("unref_peer.ts", import.meta.url));
  const { code, stdout } = await peer.ended();
  assertEquals(code, 0);
  assert(stdout.includes("end of the program"));
});

Deno.test("ref() keeps a program alive while it waits", async () => {
  await using peer = startScript(new URL("ref_peer.ts", import.meta.url));
  const { code, stdout } = await peer.ended();
  assertEquals([code, stdout], [0, "came together\ncame free"]);
});

Deno.test("an unref'd wait still notices its signal", async () => {
  await using event = createEvent(null);
  event.unref();
  const wait = waitFor(event, limit);
  setTimeout(() => event.set(), 5);
  // Neither the wait nor its time limit keeps the program alive.
  const keepAlive = setTimeout(() => {}, limit.timeout);
  await wait;
  clearTimeout(keepAlive);
});

Deno.test("waitForAny() keeps the list that it was given", async () => {
  const [first, second, third] = events(3);
  const list = [first!, second!, third!];
  const wait = waitForAny(list, limit);
  list.shift();
  second!.set();
  const { object, index } = await wait;
  assertStrictEquals(object, second!);
  assertEquals(index, 1);
  for (const event of [first, second, third]) {
    await event![Symbol.asyncDispose]();
  }
});
