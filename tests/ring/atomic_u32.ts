/** What both processes of the tests of atomic_u32.ts know. */

import { fence, loadU32, storeU32 } from "../../lib/win32/atomic_u32.ts";

/** Where a number is stored and loaded, … */
export const LINE = 64n;
/** … and where the test says that it has seen enough. */
export const STOP = 128n;

/** Two numbers without a byte in common. */
export const HALVES = [0x1122_3344, 0xaabb_ccdd] as const;

const SIDES = [192n, 256n] as const;
const STARTS = [320n, 384n] as const;

/**
 * Meets the other process `rounds` times: each stores the number of the round
 * at its place, puts a fence, and looks at the other's. Gives the rounds in
 * which this side did not see the other: both never do not.
 */
export function meet(
  address: bigint,
  side: 0 | 1,
  rounds: number,
): number[] {
  const unseen: number[] = [];
  const other = side === 0 ? 1 : 0;
  for (let round = 1; round <= rounds; round++) {
    // Both begin a round together.
    storeU32(address + STARTS[side], round);
    fence();
    while (loadU32(address + STARTS[other]) < round);
    storeU32(address + SIDES[side], round);
    fence();
    if (loadU32(address + SIDES[other]) < round) unseen.push(round);
  }
  return unseen;
}
