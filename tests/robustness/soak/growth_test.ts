/** What a soak calls growth. */

import { assert, assertEquals } from "@std/assert";
import { certainGrowth } from "./growth.ts";

const MIB = 2 ** 20;

/** Weighings in MiB, one after each thousand operations. */
function growthOf(values: readonly number[], operations = 1000): number {
  return certainGrowth(
    values.map((value, i) => ({
      operations: (i + 1) * operations,
      value: value * MIB,
    })),
  ) / MIB;
}

/** Both sides of soaks without a leak: 60 s alone, and 120 s and 100 s beside a load of 16. */
// deno-fmt-ignore
const SEEN = [
  [181.7, 184.1, 185.2, 181.2, 181.4, 181.5, 181.8, 181.8, 182.9, 181.3],
  [174.1, 174.5, 174.3, 172.8, 172.8, 172.2, 172.2, 172.2, 172.7, 172.7],
  [166.4, 166.0, 166.4, 166.6, 165.6, 166.1, 166.4, 166.9, 166.3, 168.0],
  [164.5, 164.9, 164.3, 165.7, 166.2, 168.0, 168.7, 168.4, 167.6, 169.7],
  [162.9, 164.9, 165.4, 167.4, 167.5, 169.1, 168.8, 169.0, 168.1, 169.2],
  [164.4, 165.1, 164.8, 166.5, 166.2, 166.6, 168.1, 168.4, 167.1, 166.5],
];

Deno.test("certainGrowth() of what goes up and down is next to nothing", () => {
  for (const values of SEEN) {
    const growth = growthOf(values);
    assert(growth < 4, `${growth} MiB of ${values}`);
  }
});

/** What the objects of main threads held in those of 120 s and 100 s. */
const OBJECTS_SEEN = [
  [9.6, 9.7, 9.9, 10.1, 10.1, 10.2, 10.3, 10.3],
  [9.1, 9.3, 9.4, 9.4, 9.6, 9.6, 9.7, 9.7],
];

/** The least certain growth of `series` when each operation keeps 1 KiB more. */
function leastLeak(series: number[][], operations: number): number {
  return Math.min(...series.map((values) =>
    growthOf(
      values.map((value, i) => value + (i + 1) * operations * 1024 / MIB),
      operations,
    )
  ));
}

Deno.test("certainGrowth() finds 1 KiB an operation in the same noise, at each length", () => {
  for (const operations of [1000, 10_000, 100_000]) {
    assert(leastLeak(OBJECTS_SEEN, operations) > 1.5);
  }
  for (const operations of [5000, 10_000, 100_000]) {
    assert(leastLeak(SEEN, operations) > 12);
  }
});

Deno.test("certainGrowth() leaves out what a process takes before it comes to rest", () => {
  assertEquals(growthOf([1, 20, 30, 38, 38, 38, 38, 38, 38, 38]), 0);
  assertEquals(growthOf([5, 5, 5, 5, 5, 5, 5, 90, 5, 5]), 0);
  assertEquals(Math.round(growthOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])), 4);
});
