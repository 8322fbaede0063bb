import { assert, assertEquals, assertFalse } from "@std/assert";
import { AdaptiveWait } from "../../lib/io/wait/adaptive_wait.ts";

const STEP_MS = 0.001;

/** A policy whose clock goes on by 1 µs with each reading, and what it polls. */
function policy() {
  const clock = { now: 0 };
  const wait = new AdaptiveWait(() => clock.now += STEP_MS);
  /** How often nothing comes, or until when. */
  const poll = (comesAfter = Infinity) => {
    let calls = 0;
    const began = clock.now;
    const came = wait.poll(() => calls++ >= comesAfter);
    return { came, calls, ms: clock.now - began };
  };
  return { wait, poll };
}

Deno.test("poll() polls once if no block was short", () => {
  const { wait, poll } = policy();
  assertEquals(poll(), { came: false, calls: 1, ms: 0 });
  wait.blocked(5);
  assertEquals(poll(), { came: false, calls: 1, ms: 0 });
  assert(poll(0).came);
});

Deno.test("poll() polls after a short block, for 50 µs at most", () => {
  const { wait, poll } = policy();
  wait.blocked(0.2);
  const { came, calls, ms } = poll();
  assertFalse(came);
  assert(calls > 10 && ms > 0.049 && ms < 0.053, `${calls} calls, ${ms} ms`);
});

Deno.test("poll() goes on polling while that finds something", () => {
  const { wait, poll } = policy();
  wait.blocked(0.2);
  for (let i = 0; i < 1000; i++) assert(poll(20).came);
});

Deno.test("poll() polls ever more rarely where that is in vain", () => {
  const { wait, poll } = policy();
  let polled = 0;
  for (let i = 0; i < 1000; i++) {
    wait.blocked(0.2);
    if (poll().calls > 1) polled++;
  }
  assert(polled > 5 && polled < 25, `${polled} of 1000`);
  // One success makes it willing again.
  for (let i = 0; i < 64; i++) wait.blocked(0.2);
  assert(poll(10).came);
  assertFalse(poll().came);
  wait.blocked(0.2);
  wait.blocked(0.2);
  assert(poll(10).came);
});

Deno.test("poll() ends polling after a long block", () => {
  const { wait, poll } = policy();
  wait.blocked(0.2);
  wait.blocked(30);
  assertEquals(poll().calls, 1);
});
