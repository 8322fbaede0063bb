/** 10,000 operations given up at random moments. */

import {
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
} from "@std/assert";
import { logSeed, SEED } from "../fuzz/random.ts";
import { runScript } from "../../support/peer.ts";
import { CALLS } from "./calls.ts";
import { NOISE, NOISE_HANDLES } from "../leaks/noise.ts";
import { ON_THREAD, RECEIVING, SENDING } from "./worlds.ts";

const COUNT = 10_000;

Deno.test(`${COUNT} operations aborted at random moments leave their objects at work, and nothing else`, async () => {
  logSeed("aborts");
  const url = new URL("./aborting.ts", import.meta.url);
  const flags = ["-A", "--v8-flags=--expose-gc"];
  const { stdout, stderr } = await runScript(url, [SEED, COUNT], flags);
  assertEquals(stderr, "");
  const lines = stdout.split(/\r?\n/);
  const bytes = Number(lines.pop()!.split(" ")[1]);
  const handles = Number(lines.pop()!.split(" ")[1]);
  const kinds = Object.keys({
    ...RECEIVING,
    ...SENDING,
    ...ON_THREAD,
    ...CALLS,
  });
  let [aborted, succeeded] = [0, 0];
  for (const [at, line] of lines.entries()) {
    const [kind, counts] = line.split(": ") as [string, string];
    assertEquals(kind, kinds[at]);
    const [abortedCount, succeededCount] = counts.split(" ").map(Number);
    aborted += abortedCount!;
    succeeded += succeededCount!;
  }
  // deno-lint-ignore no-console -- what the test has shown.
  console.log(
    `${aborted} aborted, ${succeeded} had succeeded before; ${handles} handles and ${bytes} bytes more`,
  );
  assertEquals(lines.length, kinds.length);
  assertGreater(aborted + succeeded, COUNT - 1);
  assertGreater(aborted, COUNT / 2);
  assertLessOrEqual(handles, NOISE_HANDLES);
  assertLess(bytes, NOISE);
});
