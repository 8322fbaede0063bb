import { assertEquals } from "@std/assert";
import { Spin } from "../../lib/ring/spin.ts";

const SHORTEST = 50;
const LONGEST = 1000;

/** Ready when so many ms have passed. */
function readyAfter(ms: number): () => boolean {
  const at = performance.now() + ms;
  return () => performance.now() >= at;
}

/** How long it spins after each of `count` sleeps of so many ms. */
function slept(spin: Spin, count: number, ms = 1): number[] {
  return Array.from({ length: count }, () => {
    spin.slept(ms);
    return spin.micros;
  });
}

Deno.test("a spin ends when it is ready, or its time is over", () => {
  const spin = new Spin(200_000);
  assertEquals(spin.until(readyAfter(1)), true);
  assertEquals(new Spin(100).until(() => false), false);
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
  const spin = new Spin(undefined);
  for (let i = 0; i < 10; i++) {
    slept(spin, 2);
    assertEquals(spin.micros, LONGEST);
    assertEquals(spin.until(readyAfter(0.1)), true);
  }
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
