/** How long what waits does so, by a clock of the tests: no time passes. */

import { assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  InactivityTimeout,
  MAX_DELAY,
} from "../../lib/cli/connection/inactivity_timeout.ts";
import type { Handle } from "../../lib/io/object/handle.ts";
import { abortable } from "../../lib/io/wait/abortable.ts";
import { onAbort } from "../../lib/io/wait/on_abort.ts";
import { pause } from "../../lib/io/wait/pause.ts";
import { SharedPromise } from "../../lib/io/wait/shared_promise.ts";
import { retryDelays, sleep } from "../../lib/sync/poll.ts";

/** What has been settled so far. */
function watch(promise: Promise<unknown>): string[] {
  const seen: string[] = [];
  promise.then(() => seen.push("done"), ({ name }) => seen.push(name));
  return seen;
}

Deno.test("pause() takes its time, and no less", async () => {
  using time = new FakeTime();
  const seen = watch(pause(1000, {}));
  await time.tickAsync(999);
  await time.runMicrotasks();
  assertEquals(seen, []);
  await time.tickAsync(1);
  await time.runMicrotasks();
  assertEquals(seen, ["done"]);
});

Deno.test("pause() ends with the earlier of its timeout and its signal", async () => {
  using time = new FakeTime();
  const controller = new AbortController();
  const { signal } = controller;
  const timedOut = pause(1000, { timeout: 300, signal });
  const seen = watch(timedOut);
  const aborted = watch(pause(1000, { timeout: 900, signal }));
  await time.tickAsync(300);
  await time.runMicrotasks();
  assertEquals([seen, aborted], [["TimeoutError"], []]);
  await assertRejects(() => timedOut, DOMException, "Timed out after 300 ms");
  controller.abort();
  await time.runMicrotasks();
  assertEquals(aborted, ["AbortError"]);
});

Deno.test("onAbort() calls once, not after it is disarmed, and also after ever-long timeouts", async () => {
  using time = new FakeTime(0);
  const calls: string[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  onAbort({ timeout: 10, signal }, () => calls.push("once"));
  onAbort({ timeout: 10 }, () => calls.push("disarmed"))();
  // A timer with a longer delay fires at once.
  onAbort({ timeout: 2 ** 31 }, () => calls.push("much later"));
  onAbort({ timeout: Infinity }, () => calls.push("never"));
  time.tick(10);
  controller.abort();
  await time.runMicrotasks();
  time.tick(2 ** 31 - 11);
  assertEquals(calls, ["once"]);
  time.tick(1);
  assertEquals(calls, ["once", "much later"]);
  time.tick(2 ** 32);
  assertEquals(calls.length, 2);
});

Deno.test("SharedPromise resolves for all that still wait", async () => {
  using time = new FakeTime();
  const { promise, resolve } = Promise.withResolvers<void>();
  const shared = new SharedPromise(promise);
  const controller = new AbortController();
  const [early, aborted, late, patient, settled] = [
    watch(shared.wait({ timeout: 10 })),
    watch(shared.wait({ signal: controller.signal })),
    watch(shared.wait({ timeout: 20 })),
    watch(shared.wait({})),
    watch(shared.settled),
  ];
  await time.tickAsync(10);
  controller.abort();
  await time.runMicrotasks();
  assertEquals([early, aborted], [["TimeoutError"], ["AbortError"]]);
  assertEquals([late, patient, settled], [[], [], []]);
  resolve();
  await time.runMicrotasks();
  assertEquals([late, patient, settled], [["done"], ["done"], ["done"]]);
  const after = watch(shared.wait({ timeout: 0 }));
  await time.runMicrotasks();
  assertEquals(after, ["done"]);
});

Deno.test("SharedPromise rejects for each that waits, and for nobody else", async () => {
  using time = new FakeTime();
  const shared = new SharedPromise(Promise.reject(new TypeError("broken")));
  await shared.settled;
  await time.runMicrotasks();
  await assertRejects(() => shared.wait({ timeout: 10 }), TypeError, "broken");
  await assertRejects(() => shared.wait({}), TypeError, "broken");
});

Deno.test("abortable() leaves no timer behind", async () => {
  using time = new FakeTime(0);
  const controller = new AbortController();
  const work = pause(50, {});
  const seen = watch(abortable(work, { signal: controller.signal }));
  await time.tickAsync(50);
  await time.runMicrotasks();
  controller.abort();
  await time.runMicrotasks();
  assertEquals(seen, ["done"]);
});

Deno.test("retryDelays() doubles up to 10 ms", () => {
  const delays = retryDelays();
  const first = Array.from({ length: 6 }, () => delays.next().value);
  assertEquals(first, [1, 2, 4, 8, 10, 10]);
});

Deno.test("sleep() ends when its handle closes, and its timer with it", async () => {
  using time = new FakeTime();
  const closing: (() => void)[] = [];
  const handle = {
    refed: true,
    onClose(call: () => void) {
      closing.push(call);
      return () => void closing.splice(closing.indexOf(call), 1);
    },
    closedError: () => new Deno.errors.BadResource("closed"),
  } as unknown as Handle;
  const whole = watch(sleep(10, [handle], {}));
  await time.tickAsync(10);
  await time.runMicrotasks();
  assertEquals([whole, closing.length], [["done"], 0]);
  const closed = watch(sleep(10, [handle], { timeout: 5 }));
  closing[0]!();
  await time.tickAsync(10);
  await time.runMicrotasks();
  assertEquals([closed, closing.length], [["BadResource"], 0]);
});

Deno.test("InactivityTimeout counts from the last progress, and not while it pauses", () => {
  using time = new FakeTime();
  const parent = new AbortController().signal;
  using idle = new InactivityTimeout(parent, 100);
  using patient = new InactivityTimeout(parent, MAX_DELAY + 1);
  time.tick(99);
  idle.progress();
  time.tick(99);
  idle.pause();
  time.tick(1000);
  assertEquals(idle.signal.aborted, false);
  idle.progress();
  time.tick(100);
  assertEquals([idle.signal.aborted, patient.signal.aborted], [true, false]);
  assertEquals(
    idle.signal.reason.message,
    "Timed out: nothing happened for 100 ms",
  );
});
