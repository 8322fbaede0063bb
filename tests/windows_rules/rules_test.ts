/**
 * Checks that the rules which winipc never breaks are in force. Other tests check
 * the other rules, when a fix in winipc is undone.
 */

import { assertEquals, assertGreaterOrEqual, assertThrows } from "@std/assert";
import { createAnonymousPipe, handleValue } from "../../mod.ts";
import { lastErrorCode, restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { namedUnless } from "../support/ignored.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { UNDER_WINE } from "../support/system.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";

const SYNCHRONIZE = 0x10_0000;
const ACCESS_SYSTEM_SECURITY = 0x100_0000;
const MEANINGLESS_BIT = 0x100;
const ALL_BITS = 0xffff_ffff;
const OPEN_EXISTING = 3;
const WAIT_TIMEOUT = 258;
const TICK_MS = 1000 / 64;
/** A wait may end that much before its time, by the clock of JavaScript. */
const CLOCK_ERROR_MS = 1;

/** A handle that is closed with its block. */
function owned(handle: bigint): { readonly handle: bigint } & Disposable {
  return {
    handle,
    [Symbol.dispose]: () => void kernel32().raw.CloseHandle(handle),
  };
}

Deno.test({
  ...namedUnless(
    UNDER_WINE && !WINDOWS_RULES,
    "Wine opens with any access",
    "nothing is opened with no access, or with bits that mean nothing",
  ),
  fn() {
    const name = toUtf16(uniqueName());
    const { raw } = kernel32();
    using mutex = owned(raw.CreateMutexW(null, 0, name));
    const open = (access: number) => {
      using opened = owned(raw.OpenMutexW(access, 0, name));
      return opened.handle === 0n ? lastErrorCode() : 0;
    };
    assertEquals(open(SYNCHRONIZE), 0);
    assertEquals(open(0), ERROR.ERROR_ACCESS_DENIED);
    assertEquals(
      open(SYNCHRONIZE + MEANINGLESS_BIT),
      ERROR.ERROR_ACCESS_DENIED,
    );
    assertEquals(
      open(SYNCHRONIZE + ACCESS_SYSTEM_SECURITY),
      ERROR.ERROR_PRIVILEGE_NOT_HELD,
    );

    assertEquals(raw.OpenProcess(0, 0, Deno.pid), 0n);
    assertEquals(lastErrorCode(), ERROR.ERROR_ACCESS_DENIED);

    const self = raw.GetCurrentProcess();
    const copy = new BigUint64Array(1);
    const duplicated = raw.DuplicateHandle(
      self,
      mutex.handle,
      self,
      copy,
      ALL_BITS,
      0,
      0,
    );
    assertEquals([duplicated, lastErrorCode()], [
      0,
      ERROR.ERROR_ACCESS_DENIED,
    ]);
  },
});

Deno.test({
  ...namedUnless(
    !WINDOWS_RULES,
    "Windows promises nothing, Wine keeps it",
    "the last error is noise after a call that succeeds, and kept after one that fails",
  ),
  fn() {
    const { raw } = kernel32();
    restoreLastError(ERROR.ERROR_BROKEN_PIPE);
    const event = raw.CreateEventW(null, 0, 0, null);
    raw.SetEvent(event);
    const noise = lastErrorCode();
    assertEquals(raw.CloseHandle(event), 1);
    assertEquals(lastErrorCode(), noise);
    assertEquals(
      [0, ERROR.ERROR_BROKEN_PIPE].includes(noise),
      false,
    );
    assertEquals(raw.CloseHandle(0n), 0);
    assertEquals(lastErrorCode(), ERROR.ERROR_INVALID_HANDLE);
  },
});

Deno.test({
  ...namedUnless(
    !WINDOWS_RULES,
    "there are no rules",
    "what a rule does behind a call leaves the call's last error alone",
  ),
  fn() {
    const { buffer } = toUtf16(`\\\\.\\pipe\\${uniqueName()}`);
    const path = new Uint8Array(buffer);
    // The rules read the path; the engine may change the last error meanwhile.
    Object.defineProperty(path, "buffer", {
      get() {
        restoreLastError(ERROR.ERROR_BROKEN_PIPE);
        return buffer;
      },
    });
    const { raw } = kernel32();
    raw.CreateFileW(path, SYNCHRONIZE, 0, 0n, OPEN_EXISTING, 0, 0n);
    assertEquals(lastErrorCode(), ERROR.ERROR_FILE_NOT_FOUND);
  },
});

Deno.test({
  ...namedUnless(
    !WINDOWS_RULES,
    "the tick of Windows' clock may be another",
    "waits that time out end at ticks",
  ),
  fn() {
    const { raw } = kernel32();
    using event = owned(raw.CreateEventW(null, 0, 0, null));
    // The first wait ends at a tick, and each further one at a later one.
    const waits = 9;
    const since = performance.now();
    for (let i = 0; i < waits; i++) {
      assertEquals(raw.WaitForSingleObject(event.handle, 1), WAIT_TIMEOUT);
    }
    assertGreaterOrEqual(
      performance.now() - since,
      (waits - 1) * TICK_MS - CLOCK_ERROR_MS,
    );
  },
});

Deno.test({
  ...namedUnless(
    !WINDOWS_RULES,
    "Wine lets them run side by side, and Windows makes the thread wait",
    "a synchronous file object runs one operation at a time",
  ),
  async fn() {
    using pipe = createAnonymousPipe({ inheritable: "read" });
    const buffer = new Uint8Array(2);
    const reading = pipe.read.read(buffer);
    const peek = () =>
      kernel32().raw.PeekNamedPipe(
        BigInt(handleValue(pipe.read)),
        null,
        0,
        null,
        null,
        null,
      );
    assertThrows(peek, Error, "PeekNamedPipe waits until another call");
    await pipe.write.write(new Uint8Array([7]));
    assertEquals([await reading, buffer[0]], [1, 7]);
    assertEquals(peek(), 1);
  },
});
