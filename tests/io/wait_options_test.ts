import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MAX_DELAY, onAbort } from "../../lib/io/wait/on_abort.ts";
import { pause } from "../../lib/io/wait/pause.ts";
import {
  checkWait,
  framed,
  remaining,
  withTimeoutMessage,
} from "../../lib/io/wait/wait_options.ts";
import { runScript } from "../support/peer.ts";

Deno.test("checkWait() takes what is right", () => {
  checkWait({});
  checkWait({ timeout: undefined, signal: undefined });
  checkWait({ timeout: 0 });
  checkWait({ timeout: Infinity, signal: new AbortController().signal });
});

Deno.test("checkWait() refuses a timeout that is no number", () => {
  for (const timeout of ["5", null, NaN, {}, 5n]) {
    assertThrows(
      () => checkWait({ timeout: timeout as number }),
      TypeError,
      "number of milliseconds",
    );
  }
});

Deno.test("checkWait() refuses a negative timeout", () => {
  for (const timeout of [-1, -0.001, -Infinity]) {
    assertThrows(() => checkWait({ timeout }), RangeError, "0 or more");
  }
});

Deno.test("checkWait() refuses an invalid signal", () => {
  for (const signal of [null, {}, "abort", new AbortController()]) {
    assertThrows(
      () => checkWait({ signal: signal as AbortSignal }),
      TypeError,
      "AbortSignal",
    );
  }
});

Deno.test("checkWait() throws the reason of an aborted signal", () => {
  const reason = { any: "thing" };
  try {
    checkWait({ signal: AbortSignal.abort(reason) });
  } catch (error) {
    return assertEquals(error, reason);
  }
  throw new Error("It did not throw");
});

Deno.test("onAbort() calls its listener once, whichever comes first", async () => {
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  let times = 0;
  onAbort({ signal: abort.signal, timeout: 0 }, (reason) => {
    times++;
    resolve(reason);
  }, { refed: true });
  assertEquals((await promise as DOMException).name, "TimeoutError");
  abort.abort();
  assertEquals(times, 1);
});

Deno.test("onAbort() disarmed says nothing and leaves no timer", () => {
  const abort = new AbortController();
  const wait = { signal: abort.signal, timeout: 60_000 };
  onAbort(wait, () => {
    throw new Error("called");
  })();
  abort.abort();
});

Deno.test("onAbort() reports a signal that is aborted already, unless disarmed at once", async () => {
  const signal = AbortSignal.abort("before");
  const reasons: unknown[] = [];
  onAbort({ signal }, (reason) => reasons.push(reason));
  onAbort({ signal }, () => reasons.push("disarmed"))();
  assertEquals(reasons, []);
  await undefined;
  assertEquals(reasons, ["before"]);
});

Deno.test("onAbort() counts a timeout past what one timer counts by several", () => {
  const timers: { run: () => void; delay: number }[] = [];
  const { setTimeout, Deno: { unrefTimer } } = globalThis;
  const reasons: unknown[] = [];
  try {
    globalThis.setTimeout = ((run: () => void, delay: number) =>
      timers.push({ run, delay })) as unknown as typeof setTimeout;
    Deno.unrefTimer = () => {};
    onAbort({ timeout: 2 ** 32 }, (reason) =>
      reasons.push(reason));
    onAbort({ timeout: Infinity }, (reason) => reasons.push(reason));
    for (const { run } of timers) {
      assertEquals(reasons, []);
      run();
    }
  } finally {
    globalThis.setTimeout = setTimeout;
    Deno.unrefTimer = unrefTimer;
  }
  assertEquals(timers.map(({ delay }) => delay), [MAX_DELAY, MAX_DELAY, 2]);
  assertEquals((reasons[0] as DOMException).name, "TimeoutError");
});

Deno.test("pause() ends by a signal and leaves no timer", async () => {
  const abort = new AbortController();
  const paused = pause(60_000, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => paused, Error, "enough");
  await assertRejects(() => pause(60_000, { signal: abort.signal }), Error);
});

Deno.test("remaining() counts down to 0", () => {
  const past = performance.now() - 1000;
  assertEquals(remaining({ timeout: 100 }, past).timeout, 0);
  assertEquals(remaining({}, past), {});
  const { timeout } = remaining({ timeout: 60_000 }, past);
  assertEquals(timeout! > 0 && timeout! <= 59_000, true);
});

Deno.test("remaining() keeps the whole timeout for the error", async () => {
  const past = performance.now() - 1000;
  const rest = remaining(remaining({ timeout: 100 }, past), past);
  const { promise, reject } = Promise.withResolvers<never>();
  onAbort(rest, reject, { refed: true });
  await assertRejects(() => promise, DOMException, "Timed out after 100 ms");
});

Deno.test("withTimeoutMessage() says what did not come about within the whole timeout", async () => {
  const past = performance.now() - 1000;
  let fact = "nobody came";
  const wait = withTimeoutMessage(
    { timeout: 100 },
    () => `Cannot wait: ${fact}`,
  );
  fact = "nobody stayed";
  const { promise, reject } = Promise.withResolvers<never>();
  onAbort(remaining(remaining(wait, past), past), reject, { refed: true });
  const expectedMessage = "Cannot wait: nobody stayed within 100 ms";
  const error = await assertRejects(
    () => promise,
    DOMException,
    expectedMessage,
  );
  assertEquals([error.name, error.message], ["TimeoutError", expectedMessage]);
});

Deno.test("withTimeoutMessage() and framed() keep what options inherit", () => {
  class Limits {
    get timeout(): number {
      return 100;
    }
  }
  const { signal } = new AbortController();
  const defaults = { timeout: 100, signal };
  const mixed = Object.create({ signal }, { timeout: { value: 100 } });
  for (const wait of [new Limits(), Object.create(defaults), mixed]) {
    const expected = [wait.timeout, wait.signal];
    const waiting = withTimeoutMessage(wait, () => "Cannot wait");
    assertEquals([waiting.timeout, waiting.signal], expected);
    const writing = framed(waiting);
    assertEquals([writing.timeout, writing.signal], expected);
  }
});

Deno.test("a program's first wait begins in one go", async () => {
  const script = new URL("./peers/first_timer.ts", import.meta.url);
  const { stdout, stderr } = await runScript(script);
  assertEquals([stdout, stderr], ["nothing came between", ""]);
});
