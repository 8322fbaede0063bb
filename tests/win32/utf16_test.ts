import { assertEquals } from "@std/assert";
import { fromUtf16, toUtf16 } from "../../lib/win32/utf16.ts";

Deno.test("toUtf16() ends with a NUL", () => {
  assertEquals([...toUtf16("")], [0, 0]);
  assertEquals([...toUtf16("ab")], [0x61, 0, 0x62, 0, 0, 0]);
});

Deno.test("toUtf16() makes UTF-16, not widened UTF-8", () => {
  assertEquals([...toUtf16("é")], [0xe9, 0, 0, 0]);
  assertEquals([...toUtf16("管")], [0xa1, 0x7b, 0, 0]);
});

Deno.test("toUtf16() makes a surrogate pair of 😀", () => {
  assertEquals([...toUtf16("😀")], [0x3d, 0xd8, 0x00, 0xde, 0, 0]);
});

Deno.test("toUtf16() passes lone surrogates unchanged", () => {
  assertEquals([...toUtf16("\ud800x")], [0x00, 0xd8, 0x78, 0, 0, 0]);
  assertEquals(fromUtf16(toUtf16("\udc00\ud800")), "\udc00\ud800");
});

Deno.test("fromUtf16() stops at the first NUL", () => {
  assertEquals(fromUtf16(toUtf16("ab\0cd")), "ab");
});

Deno.test("fromUtf16() takes all where there is no NUL", () => {
  assertEquals(fromUtf16(new Uint8Array([0x61, 0, 0x62, 0])), "ab");
  assertEquals(fromUtf16(new Uint8Array()), "");
});

Deno.test("fromUtf16() ignores half a character at the end", () => {
  assertEquals(fromUtf16(new Uint8Array([0x61, 0, 0x62])), "a");
});

Deno.test("fromUtf16() reads at an odd offset", () => {
  const shifted = new Uint8Array([9, ...toUtf16("é😀")]).subarray(1);
  assertEquals(fromUtf16(shifted), "é😀");
});

Deno.test("toUtf16() and fromUtf16() keep every kind of character", () => {
  const all = "aé管😀\ufeff\uffff\u0001";
  assertEquals(fromUtf16(toUtf16(all)), all);
});

Deno.test("fromUtf16() keeps long text", () => {
  const long = "aé管😀".repeat(20_001);
  assertEquals(fromUtf16(toUtf16(long)) === long, true);
});
