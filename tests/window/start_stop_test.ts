import { assertEquals } from "@std/assert";
import { findWindows, listenMessages } from "../../lib/copy_data.ts";
import { user32 } from "../../lib/win32/user32.ts";
import { handleCount, threadCount } from "../helpers/process_stats.ts";
import { uniqueName } from "../helpers/names.ts";
import "../helpers/native.ts";

/** How many names the session's table of atoms holds: classes, messages, formats. */
function atomCount(): number {
  const name = new Uint8Array(512);
  let count = 0;
  for (let atom = 0xc000; atom <= 0xffff; atom++) {
    if (user32().raw.GetClipboardFormatNameW(atom, name, 256) > 0) count++;
  }
  return count;
}

Deno.test("a window's thread starts and stops 50 times and leaves nothing", async () => {
  const title = uniqueName();
  const cycle = async (i: number) => {
    await using listener = listenMessages({
      title,
      className: `${title}.${i}`,
    });
    assertEquals(findWindows({ title }).length, 1, `${listener.handle}`);
  };
  for (let i = 0; i < 3; i++) await cycle(i);
  const before = { handles: handleCount(), atoms: atomCount() };
  const threads = threadCount();
  for (let i = 0; i < 50; i++) await cycle(i);
  assertEquals(findWindows({ title }), []);
  assertEquals({ handles: handleCount(), atoms: atomCount() }, before);
  assertEquals(threadCount() <= threads, true);
});
