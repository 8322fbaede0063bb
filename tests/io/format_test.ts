import { assertEquals, assertThrows } from "@std/assert";
import { checkChoice, checkInteger, checkSize } from "../../lib/io/checks.ts";
import { counted, quote, shown } from "../../lib/io/format.ts";
import { checkWait } from "../../lib/io/wait/wait_options.ts";

const LONG = "x".repeat(100_000);

Deno.test("shown() shows any value in few characters", () => {
  const values: [unknown, string][] = [
    [7, "7"],
    [-0.5, "-0.5"],
    [5n, "5"],
    ["text", "text"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [new Uint8Array(65536), "Uint8Array of 65536 bytes"],
    [new DataView(new ArrayBuffer(2)), "DataView of 2 bytes"],
    [new Uint8Array(1), "Uint8Array of 1 byte"],
    [new Array(65536), "Array(65536)"],
    [checkSize, "function checkSize"],
    [Object.create(null), "object"],
    [LONG, `${"x".repeat(260)}… (100000 characters)`],
    [{ toString: () => LONG }, `${"x".repeat(260)}… (100000 characters)`],
  ];
  for (const [value, text] of values) assertEquals(shown(value), text);
  assertEquals(shown(10n ** 5000n).length < 300, true);
});

Deno.test("counted() has the noun in the singular for one alone", () => {
  assertEquals(
    [0, 1, 2, 1n, 2n].map((number) => counted(number, "byte")),
    ["0 bytes", "1 byte", "2 bytes", "1 byte", "2 bytes"],
  );
});

Deno.test("shown() cuts no character in halves", () => {
  assertEquals(shown("😀".repeat(200)).isWellFormed(), true);
  assertEquals(shown(`x${"😀".repeat(200)}`).isWellFormed(), true);
});

Deno.test("quote() shows names whole, and cuts what is longer", () => {
  const name = `\\\\.\\pipe\\${"n".repeat(247)}`;
  assertEquals(quote(name), `"${name}"`);
  assertEquals(quote("a\0b"), '"a\\0b"');
  assertEquals(quote(LONG).length < 300, true);
  assertEquals(quote(undefined), '"undefined"');
});

Deno.test("the checks of arguments cut what they show", () => {
  const huge = new Uint8Array(65536);
  for (
    const check of [
      () => checkInteger("offset", huge, 0, 1),
      () => checkSize("size", LONG),
      () => checkChoice("mode", huge, ["byte"]),
      () => checkWait({ timeout: huge as unknown as number }),
    ]
  ) {
    const { message } = assertThrows(check, TypeError, "Invalid");
    assertEquals(message.length < 400, true);
  }
});
