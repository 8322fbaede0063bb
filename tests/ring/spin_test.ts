import { assertEquals } from "@std/assert";
import { Spin } from "../../lib/ring/spin.ts";

const SHORTEST = 50;
const LONGEST = 1000;

/** A clock that goes on by `step` ms whenever somebody looks at it. */
function clock(step = 0.01) {
  let ms = 0;
  return {
    now: () => ms += step,
    /** Ready when so many ms have passed. */
    readyAfter(wanted: number): () => boolean {
      const at = ms + wanted;
      return () => ms >= at;
    },
  };
}

/** How long it spins after each of `count` sleeps of so many ms. */
function slept(spin: Spin, count: number, ms = 1): number[] {
  return Array.from({ length: count }, () => {
    spin.slept(ms);
    return spin.micros;
  });
}

Deno.test("a spin ends when it is ready, or its time is over", () => {
  const { now, readyAfter } = clock();
  const spin = new Spin(100, now);
  assertEquals(spin.until(readyAfter(0.05)), true);
  assertEquals(spin.until(() => false), false);
  // As a system does that gives the processor to somebody else meanwhile.
  const late = clock(5);
  assertEquals(new Spin(100, late.now).until(late.readyAfter(5)), true);
  assertEquals(new Spin(100, late.now).until(late.readyAfter(50)), false);
});

Deno.test("a spin without a clock of its own goes by that of the program", () => {
  const since = performance.now();
  assertEquals(new Spin(100).until(() => false), false);
  assertEquals(performance.now() - since >= 0.1, true);
});

Deno.test("a spin of 0 looks once", () => {
  let looks = 0;
  assertEquals(new Spin(0).until(() => ++looks > 1), false);
  assertEquals(looks, 1);
});

Deno.test("spins grow with short sleeps, and long sleeps end that", () => {
  const spin = new Spin(undefined);
  assertEquals(slept(spin, 3), [250, LONGEST, LONGEST]);
  assertEquals(slept(spin, 1, 5), [SHORTEST]);
});

Deno.test("long spins in vain become rare", () => {
  const spin = new Spin(undefined);
  slept(spin, 2);
  assertEquals(slept(spin, 3), [LONGEST, LONGEST, SHORTEST]);
  const next = slept(spin, 2000);
  const long = next.filter((micros) => micros > SHORTEST).length;
  assertEquals(long < next.length / 10, true);
});

Deno.test("a long spin that paid off keeps them long", () => {
  const { now, readyAfter } = clock();
  const spin = new Spin(undefined, now);
  for (let i = 0; i < 10; i++) {
    slept(spin, 2);
    assertEquals(spin.micros, LONGEST);
    assertEquals(spin.until(readyAfter(0.1)), true);
  }
});

Deno.test("a long spin that was ready at once does not keep them long", () => {
  const { now, readyAfter } = clock();
  const spin = new Spin(undefined, now);
  slept(spin, 2);
  const next = Array.from({ length: 3 }, () => {
    assertEquals(spin.until(readyAfter(0.02)), true);
    return slept(spin, 1)[0];
  });
  assertEquals(next, [LONGEST, LONGEST, SHORTEST]);
});

Deno.test("a busy ring is spun for long at once, and again and again", () => {
  const spin = new Spin(undefined);
  for (let i = 0; i < 10; i++) {
    spin.slept(1, true);
    assertEquals(spin.micros, LONGEST);
  }
  spin.slept(5, true);
  assertEquals(spin.micros, SHORTEST);
});

Deno.test("a given time stays", () => {
  const spin = new Spin(70);
  assertEquals(slept(spin, 5), [70, 70, 70, 70, 70]);
});
