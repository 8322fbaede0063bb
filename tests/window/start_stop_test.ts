import { assertEquals } from "@std/assert";
import { findWindows, listenMessages } from "../../lib/copy_data/mod.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { user32 } from "../../lib/win32/user32.ts";
import { fromUtf16, toUtf16 } from "../../lib/win32/utf16.ts";
import { uniqueName } from "../support/names.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import "../support/native.ts";
import { SYSTEM32 } from "../support/system32.ts";

/** The class of the window that wakes the thread, which programs do not see. */
const CONTROL = "winipc.control";
const WNDCLASSEX_SIZE = 80;

// Opened once for the process, so that no test counts it as its own.
const { GetClassInfoExW } = Deno.dlopen(`${SYSTEM32}\\user32.dll`, {
  GetClassInfoExW: { parameters: ["usize", "buffer", "buffer"], result: "i32" },
}).symbols;

/** Whether this process has a window class of that name. */
function hasClass(name: string): boolean {
  const info = new Uint8Array(WNDCLASSEX_SIZE);
  new DataView(info.buffer).setUint32(0, WNDCLASSEX_SIZE, true);
  const instance = kernel32().raw.GetModuleHandleW(null);
  return GetClassInfoExW(instance, toUtf16(name), info) !== 0;
}

/** The names in the session's table of atoms: classes, messages, formats of all programs. */
function atoms(): string[] {
  const name = new Uint8Array(512);
  const names: string[] = [];
  for (let atom = 0xc000; atom <= 0xffff; atom++) {
    const length = user32().raw.GetClipboardFormatNameW(atom, name, 256);
    if (length > 0) names.push(fromUtf16(name.subarray(0, 2 * length)));
  }
  return names;
}

Deno.test("a window's thread starts and stops 200 times and leaves nothing", async () => {
  const title = uniqueName();
  const cycle = async (i: number) => {
    await using listener = listenMessages({
      title,
      className: `${title}.${i}`,
    });
    assertEquals(findWindows({ title }).length, 1, `${listener.handle}`);
    assertEquals([`${title}.${i}`, CONTROL].map(hasClass), [true, true]);
    if (i === 0) assertEquals(atoms().includes(`${title}.0`), true);
  };
  for (let i = 0; i < 3; i++) await cycle(i);
  assertEquals([`${title}.0`, CONTROL].map(hasClass), [false, false]);
  for (let i = 3; i < 150; i++) await cycle(i);
  // It may repeat this part.
  await assertNoHandlesLeft(async () => {
    for (let i = 150; i < 200; i++) await cycle(i);
  });
  assertEquals(findWindows({ title }), []);
  const classes = Array.from({ length: 200 }, (_, i) => `${title}.${i}`);
  assertEquals([...classes, CONTROL].filter(hasClass), []);
  assertEquals(atoms().filter((name) => name.startsWith(title)), []);
});
