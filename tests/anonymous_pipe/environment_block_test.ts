import { assertEquals, assertThrows } from "@std/assert";
import {
  environmentBlock,
  splitVariable,
} from "../../lib/anonymous_pipe/environment_block.ts";

function textOf(block: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(block);
}

Deno.test("environmentBlock() sorts without regard to case", () => {
  const block = environmentBlock({ b: "2", A: "1", _: "4", C: "3" });
  assertEquals(textOf(block), "A=1\0b=2\0C=3\0_=4\0\0");
});

Deno.test("environmentBlock() ends an empty block by two NULs", () => {
  assertEquals(textOf(environmentBlock({})), "\0\0");
});

Deno.test("environmentBlock() puts variables over inherited ones, once each", () => {
  const inherited = [["=C:", "C:\\"], ["Path", "x"], ["TEMP", "t"]] as const;
  assertEquals(
    textOf(environmentBlock({ PATH: "y" }, inherited)),
    "=C:=C:\\\0PATH=y\0TEMP=t\0\0",
  );
});

Deno.test("environmentBlock() keeps Unicode and equal signs in values", () => {
  assertEquals(
    textOf(environmentBlock({ "Größe": "中=文😀" })),
    "Größe=中=文😀\0\0",
  );
});

Deno.test("environmentBlock() refuses bad names, values and doubles", () => {
  for (const name of ["", "a=b", "a\0b"]) {
    assertThrows(() => environmentBlock({ [name]: "x" }), TypeError);
  }
  assertThrows(() => environmentBlock({ a: "x\0" }), TypeError, '"a"');
  assertThrows(
    () => environmentBlock({ Path: "x", PATH: "y" }),
    TypeError,
    '"Path" and "PATH" are the same variable',
  );
});

Deno.test("splitVariable() takes a variable apart, also a hidden one", () => {
  assertEquals(splitVariable("a=b=c"), ["a", "b=c"]);
  assertEquals(splitVariable("=C:=C:\\x"), ["=C:", "C:\\x"]);
});
