/** How the runs of many files are added up, and which failures are tried again. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { importFlags } from "../support/deno.ts";
import { runAgain, seedOf, type Unit } from "./again.ts";
import { addCounts, closingWords, type Counts, countsOf } from "./counts.ts";

const PASSED: Counts = {
  passed: 2,
  failed: 0,
  skipped: [],
  reasons: "",
  lateFaults: 0,
};
const FAILED: Counts = { ...PASSED, passed: 1, failed: 1, reasons: "x" };

Deno.test("countsOf() reads the summary of a run", () => {
  const output = "\x1b[32mok\x1b[0m | 3 passed (2 steps) | 0 failed (1s)\n";
  assertEquals(countsOf(output, 0), { ...PASSED, passed: 3 });
  const { passed, failed } = countsOf(
    "FAILED | 1 passed | 2 failed | 1 ignored (1s)",
    1,
  );
  assertEquals([passed, failed], [1, 2]);
  const { reasons, ...nothing } = countsOf("", 0);
  assertEquals(nothing, {
    passed: 0,
    failed: 1,
    skipped: [],
    lateFaults: 0,
  });
  assertEquals(reasons, "Ended with 0 after:\n");
  assertEquals(countsOf("ok | 1 passed | 0 failed", 1).failed, 1);
});

/** What a file of tests comes to, as Deno prints it. */
async function countsOfFile(code: string): Promise<Counts> {
  const file = await Deno.makeTempFile({ suffix: "_test.ts" });
  try {
    await Deno.writeTextFile(file, code);
    const { stdout, code: exit } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", ...importFlags(), file],
    }).output();
    return countsOf(new TextDecoder().decode(stdout), exit);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("countsOf() returns which tests were ignored, as Deno itself prints it", async () => {
  const counts = await countsOfFile(
    `const ignore = true;
    Deno.test("runs", () => console.log("x ... ignored by nobody"));
    Deno.test({ name: "needs a (thing)", ignore, fn() {} });
    Deno.test("has steps", async (t) => {
      await t.step({ name: "an ignored step", ignore, fn() {} });
    });`,
  );
  assertEquals(counts, {
    ...PASSED,
    passed: 2,
    skipped: ["needs a (thing)"],
  });
});

Deno.test("countsOf() keeps what failed tests said, as Deno itself prints it", async () => {
  const { failed, reasons } = await countsOfFile(
    `Deno.test("is wrong", () => { throw new Error("two is not three"); });
    Deno.test("talks", () => { throw new Error("y".repeat(9999) + " at last"); });`,
  );
  assertEquals(failed, 2);
  assertMatch(reasons, /^is wrong => .*\n.*Error: two is not three\n/);
  assertMatch(reasons, /y\n\[…\]\ny.* at last\n/);
  const { reasons: last } = countsOf("some words\n", 3);
  assertEquals(last, "Ended with 3 after:\nsome words");
});

Deno.test("countsOf() says which process a signal ended", () => {
  const reasons = (code: number, signal?: Deno.Signal, text = "a ... ") =>
    countsOf(text, code, signal).reasons;
  assertEquals(
    reasons(139),
    "Ended with 139 (Wine's process, by signal 11, SIGSEGV) after:\na ...",
  );
  assertEquals(
    reasons(137, "SIGKILL"),
    "Ended with 137 (the Deno of this machine, by SIGKILL) after:\na ...",
  );
  for (const code of [1, 128, 255]) {
    assertEquals(reasons(code), `Ended with ${code} after:\na ...`);
  }
  const listed = " ERRORS \n\na => b\n\n FAILURES \n\na\n";
  assertEquals(reasons(1, undefined, listed), "a => b");
  assertEquals(
    reasons(134, undefined, listed),
    "a => b\n\nEnded with 134 (Wine's process, by signal 6, SIGABRT)",
  );
});

/** A file whose tests passed, as Deno prints it. */
const ENDED = "a ... ok (3ms)\n\nok | 2 passed | 0 failed (697ms)\n\n";

Deno.test("countsOf() counts SIGSEGV after the summary apart, where Wine ended so", () => {
  assertEquals(countsOf(ENDED, 139), { ...PASSED, lateFaults: 1 });
  const failed = (output: string, code: number, signal?: Deno.Signal) => {
    const { failed, lateFaults } = countsOf(output, code, signal);
    return failed === 1 && lateFaults === 0;
  };
  // No summary, words after it, a failure, another code, or this machine's Deno.
  assert(failed("a ... ok (3ms)\n", 139));
  assert(failed(`${ENDED}error: x\n`, 139));
  assert(failed(ENDED.replace("ok | 2", "FAILED | 2"), 139));
  assert(failed(ENDED.replace("0 failed", "1 failed"), 139));
  for (const code of [1, 5, 134, 137]) assert(failed(ENDED, code));
  assert(failed(ENDED, 139, "SIGSEGV"));
});

Deno.test("addCounts() takes a few late faults for Wine's race, and many for a failure", () => {
  const late = countsOf(ENDED, 139);
  const few = addCounts([PASSED, ...Array<Counts>(5).fill(late)]);
  assertEquals(few, { ...PASSED, passed: 12, lateFaults: 5 });
  assertEquals(
    closingWords(few),
    "Ended by Wine with SIGSEGV after all their tests had passed: 5\n" +
      "12 passed, 0 failed\n",
  );
  const { failed, reasons } = addCounts(Array<Counts>(6).fill(late));
  assertEquals(failed, 1);
  assertMatch(reasons, /^6 processes ended by SIGSEGV .*; 5 at most/);
});

Deno.test("closingWords() ends in the line that a CI reads", () => {
  const sum = addCounts([FAILED, { ...PASSED, skipped: ["a (why)", "b"] }]);
  assertEquals(
    closingWords(sum),
    "Skipped:\n  a (why)\n  b\n3 passed, 1 failed, 2 skipped\n",
  );
  assertEquals(closingWords(PASSED), "2 passed, 0 failed\n");
});

/** A file that fails at first and passes when it is run again. */
function fickle(file: string): Unit {
  return { files: [file], run: () => Promise.resolve(PASSED) };
}

/** The files among `files`, all of which failed, that failed for good. */
async function stillFailed(files: string[]): Promise<string[]> {
  const outcomes = new Map(files.map((file) => [fickle(file), FAILED]));
  outcomes.set(fickle("tests/other_test.ts"), PASSED);
  const lines: string[] = [];
  await runAgain(outcomes, (line) => Promise.resolve(void lines.push(line)));
  const failed = [...outcomes].filter(([, { failed }]) => failed > 0)
    .map(([{ files }]) => files.join());
  assertEquals(lines.length, files.length - failed.length);
  return failed;
}

Deno.test("runAgain() tries only files that measure memory again", async () => {
  assertEquals(await stillFailed(["tests/robustness/leaks/leaks_test.ts"]), []);
  const others = [
    "tests/robustness/abort/abort_test.ts",
    "tests/robustness/fuzz/wire_test.ts",
    "tests/robustness/soak/soak_test.ts",
    "tests/rpc/leaks_test.ts",
    "tests/window/x_test.ts",
  ];
  assertEquals(await stillFailed(others), others);
});

Deno.test("seedOf() is the caller's, or a new one that every file gets", () => {
  assertEquals(seedOf("7"), { WINIPC_TEST_SEED: "7" });
  assertMatch(Object.values(seedOf(undefined)).join(), /^\d+$/);
});
