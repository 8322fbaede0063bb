import { assertEquals } from "@std/assert";
import { fromWide, toWide } from "../../lib/win32/wide.ts";

Deno.test("toWide() ends with a NUL", () => {
  assertEquals([...toWide("")], [0, 0]);
  assertEquals([...toWide("ab")], [0x61, 0, 0x62, 0, 0, 0]);
});

Deno.test("toWide() makes UTF-16, not widened UTF-8", () => {
  assertEquals([...toWide("é")], [0xe9, 0, 0, 0]);
  assertEquals([...toWide("管")], [0xa1, 0x7b, 0, 0]);
});

Deno.test("toWide() makes a surrogate pair of 😀", () => {
  assertEquals([...toWide("😀")], [0x3d, 0xd8, 0x00, 0xde, 0, 0]);
});

Deno.test("toWide() passes lone surrogates unchanged", () => {
  assertEquals([...toWide("\ud800x")], [0x00, 0xd8, 0x78, 0, 0, 0]);
  assertEquals(fromWide(toWide("\udc00\ud800")), "\udc00\ud800");
});

Deno.test("fromWide() stops at the first NUL", () => {
  assertEquals(fromWide(toWide("ab\0cd")), "ab");
});

Deno.test("fromWide() takes all where there is no NUL", () => {
  assertEquals(fromWide(new Uint8Array([0x61, 0, 0x62, 0])), "ab");
  assertEquals(fromWide(new Uint8Array()), "");
});

Deno.test("fromWide() ignores half a character at the end", () => {
  assertEquals(fromWide(new Uint8Array([0x61, 0, 0x62])), "a");
});

Deno.test("fromWide() reads at an odd offset", () => {
  const shifted = new Uint8Array([9, ...toWide("é😀")]).subarray(1);
  assertEquals(fromWide(shifted), "é😀");
});

Deno.test("toWide() and fromWide() keep every kind of character", () => {
  const all = "aé管😀\ufeff\uffff\u0001";
  assertEquals(fromWide(toWide(all)), all);
});

Deno.test("fromWide() keeps long text", () => {
  const long = "aé管😀".repeat(20_001);
  assertEquals(fromWide(toWide(long)) === long, true);
});
