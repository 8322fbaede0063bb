/** The sum of what the fuzz tests try; that each tries what it says, each holds itself. */

import { assert } from "@std/assert";
import { CASES } from "./cases.ts";

const LEAST = 100_000;
/** Steps and frames are small: they may not make the sum. */
const SMALL = /^(scribbled )?ring steps$|^frames by /;

Deno.test(`fuzz: at least ${LEAST} cases, without steps in rings and frames of relays`, () => {
  const sum = (entries: [string, number][]) =>
    entries.reduce((sum, [, cases]) => sum + cases, 0);
  const all = Object.entries(CASES);
  const large = all.filter(([what]) => !SMALL.test(what));
  // deno-lint-ignore no-console -- the sum of the table.
  console.log(`fuzz cases in all: ${sum(all)}, without those: ${sum(large)}`);
  assert(sum(large) >= LEAST, `${sum(large)} cases`);
});
