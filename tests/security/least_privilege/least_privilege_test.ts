/**
 * Each exported function with exactly the flags that the table gives it, and
 * with each of them missing.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import * as winipc from "../../../mod.ts";
import { minimalFlags, PERMISSION_FEATURES } from "../../../mod.ts";
import "../../support/native.ts";
import { runScript } from "../../support/peer.ts";
import { UNDER_WINE } from "../../support/system.ts";
import { makeReady } from "./ready.ts";
import { PAGE, pageWithTable } from "./permissions_page.ts";
import { type Ready, TRIALS } from "./trials.ts";
import { SYSTEM32 } from "../../support/system32.ts";

const SCRIPT = new URL("./try.ts", import.meta.url);
/** All libraries by name, which is still less than everything. */
const SCOPED = `--allow-ffi=${
  ["kernel32", "user32", "advapi32", "ntdll", "rpcrt4"]
    .map((dll) => `${SYSTEM32}\\${dll}.dll`).join(",")
}`;

interface Outcome {
  readonly use: string;
  readonly name: string;
  readonly message: string;
}

/** Flags, and the uses that need exactly them. */
type Group = readonly [flags: readonly string[], uses: string[]];

const GROUPS: readonly Group[] = [
  ...Map.groupBy(
    PERMISSION_FEATURES,
    (use) => JSON.stringify(minimalFlags(use, UNDER_WINE)),
  ),
].map(([flags, uses]) => [JSON.parse(flags), uses]);

async function tried(
  ready: Ready,
  uses: string[],
  flags: readonly string[],
  script = SCRIPT,
): Promise<Outcome[]> {
  const real = flags.map((flag) =>
    flag.replace("calls.jsonl", `${ready.file}.calls`)
  );
  const args = [JSON.stringify(ready), ...uses];
  const { stdout, stderr } = await runScript(script, args, real);
  assertEquals(stderr, "");
  return stdout.split(/\r?\n/).map((line) => JSON.parse(line));
}

/** The ways to have one right less, with what the error must then name. */
function less(flags: readonly string[]): [flags: string[], named: string][] {
  return flags.flatMap((flag, at): [string[], string][] => {
    const others = flags.toSpliced(at, 1);
    const [name, value] = flag.split("=") as [string, string?];
    if (name !== "--allow-ffi") {
      const named = value?.endsWith("calls.jsonl") ? name : flag;
      return [[others, name === "--allow-net" ? name : named]];
    }
    if (value === undefined) return [[[SCOPED, ...others], flag]];
    const libraries = value.split(",");
    return libraries.map((library, i) => {
      const rest = libraries.toSpliced(i, 1);
      const scope = rest.length > 0 ? [`${name}=${rest.join(",")}`] : [];
      return [[...scope, ...others], `--allow-ffi=${library}`];
    });
  });
}

Deno.test("the table of minimal flags has every exported function", () => {
  const functions = Object.entries(winipc).filter(([, value]) =>
    typeof value === "function" &&
    !/^class\b/.test(Function.prototype.toString.call(value))
  ).map(([name]) => name);
  const known = new Set(PERMISSION_FEATURES.map((use) => use.split(" ")[0]));
  assertEquals(functions.filter((name) => !known.has(name)), []);
  assertEquals(Object.keys(TRIALS).sort(), [...PERMISSION_FEATURES].sort());
});

Deno.test("the page on permissions has the table of minimal flags", async () => {
  const page = (await Deno.readTextFile(PAGE)).replaceAll("\r\n", "\n");
  assertEquals(page, pageWithTable(page));
});

Deno.test("each function works with its minimal flags, and with one less says which", async (t) => {
  await using ready = await makeReady();
  let refusals = 0;
  for (const [flags, uses] of GROUPS) {
    await t.step(flags.join(" ") || "no flag", async () => {
      const outcomes = await tried(ready, uses, flags);
      assertEquals(
        outcomes,
        uses.map((use) => ({ use, name: "ok", message: "" })),
      );
    });
    for (const [rest, named] of less(flags)) {
      await t.step(`${rest.join(" ") || "no flag"}: refused`, async () => {
        const outcomes = await tried(ready, uses, rest);
        assertEquals(outcomes.map(({ use }) => use), uses);
        for (const { use, name, message } of outcomes) {
          assertEquals([use, name], [use, "NotCapable"]);
          // Windows does not tell case apart in paths.
          assertStringIncludes(message.toLowerCase(), named.toLowerCase());
          refusals++;
        }
      });
    }
  }
  const all = GROUPS.flatMap(([, uses]) => uses).length;
  // deno-lint-ignore no-console -- what the test has shown.
  console.log(`${all} uses in ${GROUPS.length} groups, ${refusals} refusals`);
});

Deno.test("after lockNativeAccess() all that is loaded works, and nothing more opens", async () => {
  await using ready = await makeReady();
  const takesEverything = (use: string) =>
    minimalFlags(use).includes("--allow-ffi");
  const uses = PERMISSION_FEATURES.filter((use) => use !== "lockNativeAccess");
  const outcomes = await tried(
    ready,
    uses,
    ["-A"],
    new URL("./locked.ts", import.meta.url),
  );
  assertEquals(
    outcomes.map(({ use, name }) => [use, name]),
    [
      ...uses.map((use) => [use, takesEverything(use) ? "NotCapable" : "ok"]),
      ["shell32.dll", "NotCapable"],
      ["kernel32.dll", "NotCapable"],
    ],
  );
});
