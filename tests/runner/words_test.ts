import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import words from "../../.lint/words.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function faults(code: string, file = "lib/io/a.ts"): string[] {
  return Deno.lint.runPlugin(words, `${ROOT}${file}`, code)
    .map(({ message }) => message);
}

Deno.test("comments, texts and templates have no banned phrase", () => {
  for (
    const code of [
      "// Lest it is read.",
      "/** A pipe of one's own. */",
      "const a = 'Twice is harmless';",
      "throw new Error(`Invalid ${x}: the address is none`);",
      "/** What is dropped goes away. */",
      "const a = `${x} is no number`;",
      "// It tells the end.",
      "/** Who listens gets it. */",
      "// The caller\n// is told by an event.",
      "/**\n * The place of the text stands\n * in the file.\n */",
      "/**\n * @throws {TypeError} for a @throws {RangeError}\n * for b\n */",
    ]
  ) {
    assertEquals(faults(code).length, 1, code);
  }
  assertMatch(faults("// lest")[0]!, /^Write .* instead of "lest"$/);
});

Deno.test("plain sentences, code and quotations pass", () => {
  for (
    const code of [
      "/** Who may connect, as a security descriptor string. */",
      "/** Waits for a listener if there is none yet. */",
      "// There is no reader, or it is no longer open.",
      "const a = `Exit code 3 if there\\nis no such server.`;",
      "// Windows cannot tell who it is.",
      "/** The options are in `told`. */",
      '/** Microsoft: "what is told". */',
      "const told = whoever.lest;",
      "/**\n * @throws {TypeError} for a\n * @throws {RangeError} for b\n */",
      "// deno-lint-ignore no-console -- lest",
      "/**\n * Reads.\n *\n * ```ts\n * const thing = 1;\n * ```\n */",
    ]
  ) {
    assertEquals(faults(code), [], code);
  }
});

Deno.test("tests may use the words of programs, but not all", () => {
  const test = "tests/io/a_test.ts";
  assertEquals(faults("// The peer is told.", test), []);
  assertEquals(faults("// Lest the peer is told.", test).length, 1);
});

Deno.test("error messages say what failed, without a full stop", () => {
  assertEquals(faults('new TypeError("It is empty.");').length, 1);
  assertEquals(faults('new Deno.errors.NotFound("Failed to open");').length, 1);
  assertEquals(faults("new Error(`Could not open ${x}`);").length, 1);
  assertEquals(faults("new Error(`There is no option ${x}`);").length, 1);
  assertEquals(faults("new Error(`Say which: ${x}`);").length, 1);
  assertEquals(faults('new Error("Cannot open x: the name is taken");'), []);
  assertEquals(faults('new Error("Waiting …");'), []);
});
