import { assertEquals } from "@std/assert";
import { fn } from "../../lib/win32/table.ts";

Deno.test("fn() reads a signature, on one line or on several", () => {
  const none = fn("(): u32");
  assertEquals(
    [none.parameters, none.result, none.fails],
    [[], "u32", "never"],
  );
  const one = fn("(hObject: usize): i32, fails with zero", { optional: true });
  assertEquals(
    [one.parameters, one.result, one.fails, one.optional],
    [[["hObject", "usize"]], "i32", "zero", true],
  );
  const several = fn(`(
    lpName: text, nMaxMessageSize: u32,
    lpSecurityAttributes: buffer,
  ): usize, fails with invalid handle`);
  assertEquals(
    [several.parameters, several.result, several.fails],
    [
      [
        ["lpName", "text"],
        ["nMaxMessageSize", "u32"],
        ["lpSecurityAttributes", "buffer"],
      ],
      "usize",
      "invalid handle",
    ],
  );
});

Deno.test("a misspelt signature does not compile", () => {
  // @ts-expect-error: no such type of a parameter
  fn("(hObject: uzise): i32");
  // @ts-expect-error: the last parameter has no type
  fn("(hObject: usize, dwFlags): i32");
  // @ts-expect-error: a semicolon
  fn("(hObject: usize; dwFlags: u32): i32");
  // @ts-expect-error: no such type of a result
  fn("(hObject: usize): buffer");
  // @ts-expect-error: no such failure
  fn("(hObject: usize): i32, fails with one");
  // @ts-expect-error: not a signature
  fn("hObject: usize");
  // @ts-expect-error: no such property
  fn("(): u32", { name: "GetLastError", nonbloking: true });
});
