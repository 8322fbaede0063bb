import { assertEquals } from "@std/assert";
import { findWindows, listenMessages } from "../../lib/copy_data.ts";
import { user32 } from "../../lib/win32/user32.ts";
import { fromWide } from "../../lib/win32/wide.ts";
import { uniqueName } from "../helpers/names.ts";
import { settled } from "../helpers/settled.ts";
import "../helpers/native.ts";

/** The names in the session's table of atoms: classes, messages, formats of all programs. */
function atoms(): string[] {
  const name = new Uint8Array(512);
  const names: string[] = [];
  for (let atom = 0xc000; atom <= 0xffff; atom++) {
    const length = user32().raw.GetClipboardFormatNameW(atom, name, 256);
    if (length > 0) names.push(fromWide(name.subarray(0, 2 * length)));
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
    if (i === 0) assertEquals(atoms().includes(`${title}.0`), true);
  };
  for (let i = 0; i < 3; i++) await cycle(i);
  const { handles, threads } = await settled();
  for (let i = 0; i < 200; i++) await cycle(i);
  assertEquals(findWindows({ title }), []);
  assertEquals(atoms().filter((name) => name.startsWith(title)), []);
  // Fewer, where idle threads of Deno's pool have ended meanwhile.
  const after = await settled(threads);
  const counts = `${after.handles} after ${handles}`;
  assertEquals(after.handles <= handles, true, counts);
});
