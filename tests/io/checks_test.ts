import { assertThrows } from "@std/assert";
import { checkBytes, checkChoice, checkSize } from "../../lib/io/checks.ts";

Deno.test("checkBytes() takes a Uint8Array of any kind of memory", () => {
  checkBytes(new Uint8Array());
  checkBytes(new Uint8Array(new SharedArrayBuffer(4)));
});

Deno.test("checkBytes() refuses everything else", () => {
  const wrong = ["text", 7, null, undefined, [1, 2], {}, new ArrayBuffer(4)];
  for (
    const value of [
      ...wrong,
      new Uint16Array(2),
      new DataView(new ArrayBuffer(4)),
    ]
  ) {
    assertThrows(() => checkBytes(value), TypeError, "give a Uint8Array");
  }
});

Deno.test("checkBytes() refuses an array whose buffer was transferred", () => {
  const bytes = new Uint8Array(4);
  bytes.buffer.transfer();
  assertThrows(() => checkBytes(bytes), TypeError, "was transferred");
});

Deno.test("checkSize() takes 0 to 4294967295", () => {
  checkSize("x", 0);
  checkSize("x", 0xffff_ffff);
});

Deno.test("checkSize() refuses what is no integer", () => {
  for (const size of ["4", null, undefined, NaN, 1.5, Infinity, 4n, {}]) {
    assertThrows(
      () => checkSize("maxSize", size),
      TypeError,
      "Invalid maxSize",
    );
  }
});

Deno.test("checkSize() refuses what is out of range", () => {
  for (const size of [-1, 2 ** 32]) {
    assertThrows(() => checkSize("limit", size), RangeError, "Invalid limit");
  }
});

Deno.test("checkChoice() lists the choices", () => {
  checkChoice("mode", "byte", ["byte", "message"]);
  for (const value of ["bytes", undefined, 1, null]) {
    assertThrows(
      () => checkChoice("mode", value, ["byte", "message"]),
      TypeError,
      'give "byte", "message"',
    );
  }
});
