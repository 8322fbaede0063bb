import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { isLocal, objectPath } from "../../lib/io/object/object_path.ts";
import { quote } from "../../lib/io/format.ts";

Deno.test("objectPath() completes a bare name", () => {
  assertEquals(objectPath("pipe", "x"), "\\\\.\\pipe\\x");
  assertEquals(objectPath("mailslot", "x"), "\\\\.\\mailslot\\x");
});

Deno.test("objectPath() takes every form of a whole path", () => {
  const forms = [
    "\\\\.\\pipe\\x",
    "\\\\?\\pipe\\x",
    "//./pipe/x",
    "//?/pipe/x",
    "\\\\.\\PIPE\\x",
    "\\\\./pipe/x",
    "npipe:////./pipe/x",
    "npipe://./pipe/x",
    "npipe:\\\\.\\pipe\\x",
    "NPIPE:////./PIPE/x",
  ];
  for (const form of forms) {
    assertEquals(objectPath("pipe", form), "\\\\.\\pipe\\x", form);
  }
});

Deno.test("objectPath() takes URLs of whole paths, for pipes alone", () => {
  assertEquals(objectPath("pipe", "npipe:////srv/pipe/x"), "\\\\srv\\pipe\\x");
  assertEquals(objectPath("pipe", "npipe:x"), "\\\\.\\pipe\\npipe:x");
  assertThrows(() => objectPath("pipe", "npipe:////./mailslot/x"), TypeError);
  assertEquals(
    objectPath("mailslot", "npipe://x"),
    "\\\\.\\mailslot\\npipe://x",
  );
});

Deno.test("objectPath() keeps another computer's name", () => {
  assertEquals(objectPath("pipe", "//srv/pipe/x"), "\\\\srv\\pipe\\x");
  assertEquals(
    objectPath("mailslot", "\\\\*\\mailslot\\x"),
    "\\\\*\\mailslot\\x",
  );
});

Deno.test("objectPath() keeps folders inside a name", () => {
  assertEquals(objectPath("pipe", "a\\b"), "\\\\.\\pipe\\a\\b");
  assertEquals(objectPath("pipe", "//./pipe/a/b"), "\\\\.\\pipe\\a\\b");
});

Deno.test("objectPath() refuses parts that Windows would resolve", () => {
  const wrong = [
    ...["..", ".", "...", " ", "..\\x", "../x", "a\\..\\..\\C:\\x", "a/."],
    ...["\\\\.\\pipe\\..\\C:\\x", "\\\\?\\pipe\\..\\C:\\x", "//./pipe/../x"],
    ...["npipe:////./pipe/../x", "//srv/pipe/../x"],
  ];
  for (const name of wrong) {
    assertThrows(() => objectPath("pipe", name), TypeError, "only dots", name);
  }
  assertEquals(objectPath("pipe", ".a..b"), "\\\\.\\pipe\\.a..b");
});

Deno.test("objectPath() refuses an end that Windows cuts off", () => {
  const wrong = [
    ...["app.", "app ", "app. .", "a.\\b", "//./pipe/a./b"],
    ...["\\\\?\\pipe\\app.", "\\\\srv\\pipe\\app.", "npipe:////./pipe/x "],
  ];
  for (const name of wrong) {
    assertThrows(() => objectPath("pipe", name), TypeError, "cuts off", name);
  }
  const kept = "a \\ b.c";
  assertEquals(objectPath("pipe", kept), `\\\\.\\pipe\\${kept}`);
});

Deno.test("objectPath() keeps é, 管 and 😀", () => {
  assertEquals(objectPath("pipe", "é管😀"), "\\\\.\\pipe\\é管😀");
});

Deno.test("objectPath() refuses what is no string", () => {
  for (const wrong of [undefined, null, 7, {}, [], Symbol()]) {
    assertThrows(
      () => objectPath("pipe", wrong as string),
      TypeError,
      "give a string",
    );
  }
});

Deno.test("objectPath() refuses an empty name", () => {
  for (const wrong of ["", "\\\\.\\pipe\\", "//./pipe/"]) {
    assertThrows(() => objectPath("pipe", wrong), TypeError, "it is empty");
  }
});

Deno.test("objectPath() refuses a NUL and shows it", () => {
  assertThrows(() => objectPath("pipe", "a\0b"), TypeError, '"a\\0b"');
  assertThrows(() => objectPath("pipe", "\\\\.\\pipe\\a\0"), TypeError, "NUL");
});

Deno.test("objectPath() refuses a path of something else", () => {
  const wrong = [
    "\\x",
    "/x",
    "\\\\.\\mailslot\\x",
    "\\\\.\\pipe",
    "\\\\\\pipe\\x",
    "//./pip/x",
  ];
  for (const name of wrong) {
    assertThrows(() => objectPath("pipe", name), TypeError, "bare name", name);
  }
});

Deno.test("objectPath() counts the whole path against the limit", () => {
  const longest = 256 - "\\\\.\\pipe\\".length;
  assertEquals(objectPath("pipe", "x".repeat(longest)).length, 256);
  assertThrows(
    () => objectPath("pipe", "x".repeat(longest + 1)),
    RangeError,
    "257 characters",
  );
});

Deno.test("isLocal() recognizes this computer's own form", () => {
  assert(isLocal(objectPath("pipe", "x")));
  assertFalse(isLocal(objectPath("pipe", "//srv/pipe/x")));
});

Deno.test("quote() leaves backslashes alone", () => {
  assertEquals(quote("\\\\.\\pipe\\x"), '"\\\\.\\pipe\\x"');
});
