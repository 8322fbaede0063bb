/** What others do with the clipboard. */

import { writeClipboard } from "../../../../lib/clipboard/mod.ts";
import { allocateGlobal } from "../../../../lib/io/memory/global_memory.ts";
import { user32 } from "../../../../lib/win32/user32.ts";
import { toUtf16 } from "../../../../lib/win32/utf16.ts";
import { pattern } from "../../../support/names.ts";
import { type Action, LOOPS } from "./held.ts";

const CF_UNICODETEXT = 13;
const HWND_MESSAGE = 0xffff_ffff_ffff_fffdn;

/** By their names. */
export const CLIPBOARD: Readonly<Record<string, Action>> = {
  "clipboard hold": hold,
  "clipboard release": () => void user32().call.CloseClipboard(),
  "clipboard write": () => writeClipboard("whole"),
  async "clipboard garbage"() {
    await writeClipboard({
      formats: {
        "HTML Format": pattern(500, 3),
        CF_HDROP: pattern(37, 5),
      },
    });
    // Half a character, which winipc itself refuses to write.
    while (user32().raw.OpenClipboard(0n) === 0);
    const text = allocateGlobal(new Uint8Array([0x77, 0, 0x68]));
    user32().call.SetClipboardData(CF_UNICODETEXT, text);
    user32().call.CloseClipboard();
  },
  "clipboard loop"(name) {
    const window = windowTitled(name);
    for (let i = 0; i < LOOPS; i++) {
      open(window);
      user32().call.CloseClipboard();
    }
  },
  /** Owns it, with a text that it would make when it is asked. */
  "clipboard promise"(name) {
    hold(name);
    user32().call.EmptyClipboard();
    user32().raw.SetClipboardData(CF_UNICODETEXT, 0n);
    user32().call.CloseClipboard();
  },
};

/** Opens the clipboard with a window of its own, once nobody has it, and keeps it. */
function hold(title: string): void {
  open(windowTitled(title));
}

function open(window: bigint): void {
  while (user32().raw.OpenClipboard(window) === 0);
}

/**
 * For messages only: this thread handles none, and a search for DDE servers in
 * another process would wait for any other window of it.
 */
function windowTitled(title: string): bigint {
  const [type, name] = [toUtf16("STATIC"), toUtf16(title)];
  return user32().call
    .CreateWindowExW(0, type, name, 0, 0, 0, 0, 0, HWND_MESSAGE, 0n, 0n, 0n);
}
