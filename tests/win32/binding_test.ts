import { assert, assertEquals } from "@std/assert";
import "../support/native.ts";
import { bindAll, bindNatives, wrapNatives } from "../../lib/win32/binding.ts";
import { lastErrorCode } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { fn, type Table } from "../../lib/win32/table.ts";

const TABLE = {
  CloseHandle: fn("(hObject: usize): i32, fails with zero"),
  GetCurrentProcessId: fn("(): u32"),
  GetCurrentThreadId: fn("(): u32"),
} as const satisfies Table;

Deno.test({
  name:
    "a function is bound by its first call, and keeps that call's last error",
  // What is bound stays open for the life of the process.
  sanitizeResources: false,
  fn() {
    const bound: string[] = [];
    const natives = bindNatives(
      "kernel32.dll",
      TABLE,
      (key) => void bound.push(key),
    );
    assertEquals(bound, Object.keys(TABLE));
    const { CloseHandle, GetCurrentProcessId } = natives;
    assertEquals(natives.CloseHandle!(0n), 0);
    assertEquals(lastErrorCode(), ERROR.ERROR_INVALID_HANDLE);
    // Under the rules there is always something in between.
    assertEquals(natives.CloseHandle !== CloseHandle, !WINDOWS_RULES);
    assertEquals(natives.GetCurrentProcessId, GetCurrentProcessId);
    // Who has taken it before calls the same function.
    assertEquals(CloseHandle!(0n), 0);
    assertEquals(bound, [
      ...Object.keys(TABLE),
      ...WINDOWS_RULES ? [] : ["CloseHandle"],
    ]);

    const before: string[] = [];
    wrapNatives((native, { name }) => (...args) => {
      before.push(name);
      return native(...args);
    });
    try {
      assertEquals(natives.GetCurrentProcessId!(), Deno.pid);
      assertEquals(natives.GetCurrentProcessId!(), Deno.pid);
    } finally {
      wrapNatives(undefined);
    }
    assertEquals(before, ["GetCurrentProcessId", "GetCurrentProcessId"]);
    assertEquals(natives.GetCurrentProcessId!(), Deno.pid);
    assertEquals(before.length, 2);

    const { GetCurrentThreadId } = natives;
    bindAll();
    assertEquals(
      natives.GetCurrentThreadId !== GetCurrentThreadId,
      !WINDOWS_RULES,
    );
    assert(natives.GetCurrentThreadId!() !== 0);
  },
});
