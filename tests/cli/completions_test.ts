import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { COMMANDS as SPECS, GRAMMAR } from "../../lib/cli/command.ts";
import { optionNames } from "../../lib/cli/arguments/spec.ts";
import { parse } from "../../lib/cli/arguments/parse.ts";
import { nearestWord } from "../../lib/cli/arguments/suggest.ts";
import { UsageError } from "../../lib/cli/arguments/usage_error.ts";
import { winipc } from "./helpers.ts";
import { namedUnless } from "../support/ignored.ts";

/** Every command as it is typed, with its options. */
const COMMANDS = Object.entries(SPECS).map(([name, spec]) => {
  const { values, flags } = optionNames(spec);
  return { words: name.split(" "), options: [...values, ...flags] };
});

/** What is said to words that are not understood. */
function complaint(words: string[]): string {
  try {
    parse(words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`"${words.join(" ")}" is understood`);
}

/** Two letters of it swapped, as fingers do; those behind the first, where they differ. */
function mistyped(word: string): string {
  const behind = [...word].findIndex((letter, at) =>
    at > 0 && at + 1 < word.length && letter !== word[at + 1]
  );
  const at = Math.max(0, behind);
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}

Deno.test("a mistyped command is answered with the one that was meant", () => {
  for (const name of Object.keys(GRAMMAR)) {
    assertStringIncludes(
      complaint([mistyped(name)]),
      `Did you mean "${name}"?`,
    );
  }
  for (const { words: [name, verb] } of COMMANDS) {
    if (verb === undefined) continue;
    const said = complaint([name!, mistyped(verb)]);
    assertStringIncludes(said, `Did you mean "${verb}"?`);
  }
  assertMatch(complaint(["listen"]), /Did you mean "message listen"\?/);
  assertMatch(
    complaint(["read"]),
    /Did you mean "mailslot read" or "shm read"\?/,
  );
});

Deno.test("a mistyped option is answered with the one that was meant", () => {
  for (const { words, options } of COMMANDS) {
    for (const option of options) {
      const typed = `--${mistyped(option)}`;
      const said = complaint([...words, typed]);
      const known = options.map((each) => `--${each}`);
      assertEquals(nearestWord(typed, known), `--${option}`);
      assertStringIncludes(said, `Unknown option "${typed}".`);
      assertStringIncludes(said, `Did you mean "--${option}"?`);
    }
  }
});

Deno.test("completions print a script for each shell, with everything in it", async () => {
  for (const shell of ["bash", "zsh", "powershell"]) {
    const { code, stdout, stderr } = await winipc(["completions", shell]);
    assertEquals([code, stderr], [0, ""]);
    for (const { words, options } of COMMANDS) {
      const place = `'${words.join(" ")}/'`;
      const line = stdout.split("\n").find((each) => each.includes(place))!;
      for (const option of options) assertStringIncludes(line, `--${option}`);
    }
    assertMatch(stdout, /pipe serve --mode\/'.*byte'?,? '?message/);
  }
  const { code, stderr } = await winipc(["completions", "zhs"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Did you mean "zsh"?');
});

const POWERSHELL = await powershellVersion();

Deno.test({
  // Wine has a powershell.exe that does nothing: there it is only looked at, below.
  ...namedUnless(
    POWERSHELL === undefined,
    "no PowerShell here",
    "completions powershell is understood by PowerShell",
  ),
  async fn() {
    const { stdout } = await winipc(["completions", "powershell"]);
    const asked = [
      ["winipc pipe ser", "serve"],
      ["winipc pipe serve --mode by", "byte"],
      ["winipc pipe serve --mode=by", "--mode=byte"],
      ["winipc demo shm --js", "--json"],
    ] as const;
    const questions = asked.map(([typed]) =>
      `(TabExpansion2 '${typed}' ${typed.length}).CompletionMatches.CompletionText -join ','`
    );
    const said = await powershell([stdout, ...questions].join("\n"));
    assertEquals(said.trim().split(/\r?\n/), asked.map(([, word]) => word));
  },
});

Deno.test("completions powershell is well-formed", async () => {
  const { stdout } = await winipc(["completions", "powershell"]);
  // Without what stands in quotes and comments, every bracket has its partner.
  const plain = stdout.replace(/#.*/g, "").replace(/'[^'\n]*'/g, "''")
    .replace(/"[^"\n]*"/g, (text) => text.replace(/[^$()]/g, ""));
  const open: string[] = [];
  for (const bracket of plain.match(/[()[\]{}]/g) ?? []) {
    if ("([{".includes(bracket)) open.push(bracket);
    else assertEquals(open.pop(), "([{"[")]}".indexOf(bracket)]);
  }
  assertEquals(open, []);
  assert(!/['"]/.test(plain.replaceAll("''", "").replace(/"[$()]*"/g, "")));
  const rows = stdout.split("\n").filter((line) => line.includes("/' = @("));
  assert(rows.length > COMMANDS.length);
  for (const row of rows) {
    assertMatch(row, /^ {4}'[a-z -]*\/' = @\(('[\w-]+'(, '[\w-]+')*)?\)$/);
  }
});

async function powershellVersion(): Promise<string | undefined> {
  const said = await powershell("1 + 1").catch(() => "");
  return said.trim() === "2" ? said : undefined;
}

async function powershell(script: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ps1" });
  await Deno.writeTextFile(file, script);
  const args = ["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", file];
  const { stdout } = await new Deno.Command("powershell.exe", {
    args,
    stdin: "null",
    stderr: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  await Deno.remove(file);
  return new TextDecoder().decode(stdout);
}
