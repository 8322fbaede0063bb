import { assertEquals, assertThrows } from "@std/assert";
import {
  assemble,
  farJump,
  jump,
  value,
} from "../../lib/rpc/generated_code/assembler.ts";
import { namedUnless } from "../support/ignored.ts";
import "../support/native.ts";
import { UNDER_WINE } from "../support/system.ts";
import { FUNCTIONS, valueNames } from "./generated_code/source.ts";

/** The path of what MinGW's assembler makes of the same source. */
const assembled = Deno.env.get("WINIPC_TEST_ASSEMBLED");
/** What the assembler fills the end of a section with: `nop`. */
const PADDING = /(?:90)*$/;

Deno.test({
  name: "CI on Linux has MinGW's assembler, so that nothing below is ignored",
  ignore: !UNDER_WINE || Deno.env.get("CI") !== "true",
  fn() {
    assertEquals(typeof assembled, "string");
  },
});

Deno.test({
  ...namedUnless(
    assembled === undefined,
    "no MinGW here",
    "generated code is, byte for byte, what an assembler makes of the same source",
  ),
  async fn() {
    const [text, xdata] = (await Deno.readTextFile(assembled!)).split("\n");
    const names = valueNames();
    const values = Object.fromEntries(names.map((name) => [name, 0n]));
    const { bytes, entries, ends } = assemble(FUNCTIONS, values);
    // Functions and values, aligned to 16 bytes.
    const size = (Math.ceil(ends.at(-1)! / 16) * 16) + 8 * names.length;
    assertEquals(entries.length, FUNCTIONS.length);
    assertEquals(
      text!.replace(PADDING, ""),
      bytes.subarray(0, size).toHex().replace(PADDING, ""),
    );
    assertEquals(
      xdata,
      FUNCTIONS.map(({ unwind }) => new Uint8Array(unwind).toHex()).join(""),
    );
  },
});

Deno.test("assemble() reaches each value and label from where it is used", () => {
  const { bytes, entries, ends, table } = assemble([
    {
      name: "first",
      lines: [
        ["back:"],
        ["nop", 0x90],
        ["call [rip + b]", 0xff, 0x15, value("b")],
        ["jmp back", 0xeb, jump("back")],
      ],
      unwind: [1, 2, 3, 4],
    },
    {
      name: "second",
      lines: [
        ["jmp end", 0xe9, farJump("end")],
        ["nop", 0x90],
        ["end:"],
      ],
      unwind: [5],
    },
  ], { a: 0x1122n, b: 0x3344n });
  const view = new DataView(bytes.buffer);
  assertEquals([entries, ends], [[0, 16], [9, 22]]);
  // Two functions of 16 bytes, two values, then what undoes the prologs.
  assertEquals(view.getInt32(3, true) + 7, 40);
  assertEquals(view.getInt8(8), -9);
  assertEquals(view.getInt32(17, true), 1);
  assertEquals(view.getBigUint64(40, true), 0x3344n);
  const rows = Array.from(
    { length: 6 },
    (_, index) => view.getUint32(table + 4 * index, true),
  );
  assertEquals(rows, [0, 9, 48, 16, 22, 64]);
});

Deno.test("assemble() refuses what it cannot reach", () => {
  const lines =
    (...lines: Parameters<typeof assemble>[0][0]["lines"][]) => () =>
      assemble([{ name: "f", lines: lines.flat(), unwind: [] }], {});
  assertThrows(
    lines([["call [rip + c]", 0xff, 0x15, value("c")]]),
    TypeError,
    'No value "c"',
  );
  assertThrows(
    lines([["jmp c", 0xeb, jump("c")]]),
    TypeError,
    'No label "c"',
  );
  const far = Array.from({ length: 200 }, () => ["nop", 0x90] as const);
  assertThrows(
    lines([["jmp c", 0xeb, jump("c")]], far, [["c:"]]),
    TypeError,
    'The label "c" is 200 bytes away',
  );
});
