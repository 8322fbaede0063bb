import { assertEquals, assertThrows } from "@std/assert";
import {
  commandLine,
  quotedArgument,
  rawCommandLine,
} from "../../lib/anonymous_pipe/command_line.ts";

const CASES: [argument: string, quoted: string][] = [
  ["", '""'],
  ["plain", "plain"],
  ["a b", '"a b"'],
  ["a\tb", '"a\tb"'],
  ['a"b', '"a\\"b"'],
  ["C:\\path\\", "C:\\path\\"],
  ["C:\\my path\\", '"C:\\my path\\\\"'],
  ['a\\"b', '"a\\\\\\"b"'],
  ['a\\\\" b\\\\', '"a\\\\\\\\\\" b\\\\\\\\"'],
  ["中文😀", "中文😀"],
  ["%PATH%", "%PATH%"],
];

for (const [argument, quoted] of CASES) {
  Deno.test(`quotedArgument() quotes ${JSON.stringify(argument)}`, () => {
    assertEquals(quotedArgument(argument), quoted);
  });
}

Deno.test("commandLine() always quotes the program", () => {
  assertEquals(
    commandLine("C:\\a b\\c.exe", ["x", "y z"]),
    '"C:\\a b\\c.exe" x "y z"',
  );
});

Deno.test("rawCommandLine() leaves arguments alone", () => {
  assertEquals(
    rawCommandLine("cmd.exe", ["/c", 'echo "a  b"']),
    '"cmd.exe" /c echo "a  b"',
  );
});

Deno.test("commandLine() refuses what Windows cannot take", () => {
  assertThrows(() => commandLine("x", ["a\0b"]), TypeError, "NUL");
  assertThrows(() => commandLine('x"', []), TypeError, "quote");
  assertThrows(() => commandLine("x", ["y".repeat(32767)]), RangeError);
  // The quotes around "x", a space, and room for the NUL.
  assertEquals(commandLine("x", ["y".repeat(32762)]).length, 32766);
});
