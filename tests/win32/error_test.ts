import "../support/native.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Win32Error } from "../../lib/win32/error.ts";
import { ERROR, errorSymbol } from "../../lib/win32/error_codes.ts";

Deno.test("errorSymbol() names known codes", () => {
  assertEquals(errorSymbol(231), "ERROR_PIPE_BUSY");
  assertEquals(errorSymbol(535), "ERROR_PIPE_CONNECTED");
  assertEquals(errorSymbol(258), "WAIT_TIMEOUT");
});

Deno.test("errorSymbol() makes a name for a rare code", () => {
  assertEquals(errorSymbol(54321), "ERROR_54321");
});

Deno.test("ERROR has each code once", () => {
  const codes = Object.values(ERROR);
  assertEquals(new Set(codes).size, codes.length);
});

Deno.test("Win32Error says code, symbol, call and Windows' own text", () => {
  const error = new Win32Error("CreateFileW", 2);
  assertEquals(error.name, "Win32Error");
  assertEquals(error.code, 2);
  assertEquals(error.symbol, "ERROR_FILE_NOT_FOUND");
  assertEquals(error.call, "CreateFileW");
  assert(error.message.length > 5);
  assertEquals(error.message, error.message.trim());
});

Deno.test("Win32Error has another text for another code", () => {
  const [one, other] = [new Win32Error("x", 2), new Win32Error("x", 5)];
  assertNotEquals(one.message, other.message);
});

Deno.test("Win32Error has a text also for a code without one", () => {
  assertEquals(new Win32Error("x", 54321).message, "Error 54321");
});
