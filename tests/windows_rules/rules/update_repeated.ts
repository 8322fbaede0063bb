import { messageAt } from "../messages.ts";
import type { Rule } from "../rule.ts";

const WM_CLIPBOARDUPDATE = 0x31d;

export default {
  name: "a change of the clipboard is reported again with an unchanged number",
  source:
    "wine-mirror/wine dlls/user32/tests/clipboard.c: clipboard_thread, get_clipboard_data: " +
    "a format that is rendered for another process, WM_CLIPBOARDUPDATE and no other sequence number",
  natives: {
    DispatchMessageW: (native) => (...args) => {
      const again = messageAt(args[0])?.message === WM_CLIPBOARDUPDATE;
      if (again) native(...args);
      return native(...args);
    },
  },
} satisfies Rule;
