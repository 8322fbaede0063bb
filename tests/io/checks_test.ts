import { assertThrows } from "@std/assert";
import {
  checkAtom,
  checkBytes,
  checkChoice,
  checkFunction,
  checkSize,
  checkString,
} from "../../lib/io/checks.ts";

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

Deno.test("checkString() takes a text within its limits", () => {
  checkString("title", "", 0);
  checkString("name", "é管😀", 1, 4);
});

Deno.test("checkString() says what is wrong with a text", () => {
  for (const value of [undefined, null, 7, {}, ["x"]]) {
    assertThrows(
      () => checkString("name", value),
      TypeError,
      ": give a string",
    );
  }
  assertThrows(() => checkString("x", ""), TypeError, "Invalid x: it is empty");
  assertThrows(
    () => checkString("name", "a\0b"),
    TypeError,
    'Invalid name "a\\0b": it contains a NUL',
  );
  assertThrows(
    () => checkString("name", "abc", 1, 2),
    RangeError,
    "Invalid name: with 3 characters it is longer than 2",
  );
});

Deno.test("checkAtom() refuses what Windows reads as a number", () => {
  for (const name of ["x", "#x", "1#", "x".repeat(255)]) {
    checkAtom("item", name);
  }
  for (const name of ["#", "#1", "#1025"]) {
    assertThrows(() => checkAtom("item", name), TypeError, "mean a number");
  }
  assertThrows(() => checkAtom("item", "x".repeat(256)), RangeError, "255");
});

Deno.test("checkFunction() takes a function, or nothing", () => {
  checkFunction("onError", undefined);
  checkFunction("onError", () => {});
  for (const value of [null, 1, "f", {}]) {
    assertThrows(
      () => checkFunction("onError", value),
      TypeError,
      `Invalid onError ${value}: give a function`,
    );
  }
});
