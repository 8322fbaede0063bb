/** What others do with the clipboard. */

import { writeClipboard } from "../../../../lib/clipboard/mod.ts";
import { allocateGlobal } from "../../../../lib/io/memory/global_memory.ts";
import { user32 } from "../../../../lib/win32/user32.ts";
import { messageOnlyWindow } from "../../../support/message_only_window.ts";
import { pattern } from "../../../support/names.ts";
import { type Action, LOOPS } from "./held.ts";

const CF_UNICODETEXT = 13;

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
    const window = messageOnlyWindow(name);
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
  open(messageOnlyWindow(title));
}

function open(window: bigint): void {
  while (user32().raw.OpenClipboard(window) === 0);
}
