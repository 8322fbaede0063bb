import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { quoteFlag } from "../../lib/quote_flag.ts";
import { jsonLines, winipc } from "./helpers.ts";

interface CheckLine {
  readonly event: string;
  readonly mechanism: string;
  readonly what?: string;
  readonly ok: boolean;
  readonly flag: string;
  readonly error?: string;
  readonly advice?: string;
}

async function checked(
  flags: string[],
): Promise<{ code: number; checks: CheckLine[]; stdout: string }> {
  const { code, stdout } = await winipc(["doctor", "--json"], { flags });
  const checks = jsonLines(stdout).filter(({ event }) => event === "check");
  return { code, checks, stdout };
}

/** Whether all that `wanted` asks for is in `granted`. */
function isWithin(wanted: string, granted: string[]): boolean {
  const flags = wanted.match(/"[^"]*"|\S+/g)!;
  return flags.map((flag) => flag.replaceAll('"', "")).every((flag) => {
    const [name, list] = flag.split("=");
    return granted.some((each) => {
      const [grantedName, grantedList] = each.split("=");
      if (grantedName !== name) return false;
      if (grantedList === undefined) return true;
      // Windows' paths have no case.
      const paths = grantedList.toLowerCase().split(",");
      return list?.toLowerCase().split(",").every((path) =>
        paths.includes(path)
      );
    });
  });
}

Deno.test("doctor reports the system, and that everything works", async () => {
  const { code, checks, stdout } = await checked(["-A"]);
  assertEquals(code, 0);
  const [system] = jsonLines(stdout);
  assertObjectMatch(system, { event: "system", os: "windows" });
  assertEquals(system.deno, Deno.version.deno);
  if (system.wine) assertMatch(system.wineVersion, /^\d+\.\d+/);
  assert(checks.every(({ ok }) => ok));
  // What it says is what it takes: with any of the flags exactly that works
  // which claims to need no more, and the rest advises its own.
  const scoped = [...new Set(checks.map(({ flag }) => flag))]
    .filter((flag) => flag.startsWith("--allow-ffi=") && !flag.includes(","));
  assertEquals(scoped.length, 1);
  const libraries = new Set(
    checks.filter(({ flag }) => flag.startsWith("--allow-ffi="))
      .flatMap(({ flag }) => flag.slice("--allow-ffi=".length).split(",")),
  );
  const needs = new Map(
    checks.map(({ mechanism, what, flag }) => [`${mechanism} ${what}`, flag]),
  );
  const grants = [
    ["--allow-read", ...scoped],
    ["--allow-read", "--allow-net=127.0.0.1", `--allow-ffi=${[...libraries]}`],
    ["--allow-read", "--allow-ffi"],
    ["--allow-read"],
  ];
  for (const granted of grants) {
    const { code, checks } = await checked(granted);
    assertEquals(code, 1);
    for (const { mechanism, what, ok, flag, advice = "" } of checks) {
      const label = `${mechanism} ${what ?? ""} with ${granted.join(" ")}`;
      assertEquals(ok, isWithin(flag, granted), label);
      if (!ok) assertStringIncludes(advice, `add ${flag} to`);
      // Under Wine it needs one library more, and only a library says where it is.
      if (mechanism === "mailslot") continue;
      // Windows' paths have no case.
      const need = needs.get(`${mechanism} ${what}`)!;
      assertEquals(flag.toLowerCase(), need.toLowerCase(), label);
    }
  }
});

Deno.test("doctor speaks plainly", async () => {
  const { code, stdout, stderr } = await winipc(["doctor"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    stdout,
    /^(Wine \d+\.\d+, which says it is )?windows .*, Deno \d/,
  );
  assertMatch(
    stdout,
    /\nok +named pipes, \d+ ms\n +needs at least --allow-ffi=.*kernel32\.dll\n/,
  );
  assertMatch(stdout, /\nok +a window that receives, \d+ ms\n/);
});

Deno.test("quoteFlag() has a path with a space in quotes, without a \\ before the last", () => {
  assertEquals(
    quoteFlag("--allow-read=C:\\First Last\\winipc\\lib\\"),
    '"--allow-read=C:\\First Last\\winipc\\lib"',
  );
  const plain = "--allow-read=C:\\winipc\\lib\\";
  assertEquals(quoteFlag(plain), plain);
});
