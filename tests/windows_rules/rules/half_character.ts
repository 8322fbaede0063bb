import { fn } from "../../../lib/win32/table.ts";
import { natives, violation } from "../native.ts";
import type { Rule } from "../rule.ts";

const CF_UNICODETEXT = 13;
const CHARACTER_SIZE = 2n;

const kernel32 = natives("kernel32.dll", {
  GlobalSize: fn("(hMem: usize): usize"),
});

export default {
  name: "UTF-16 text of less than one character crashes",
  source:
    "wine-mirror/wine dlls/user32/tests/clipboard.c: test_string_data, 64-bit Windows before 11",
  natives: {
    SetClipboardData: (native) => (format, memory) => {
      const size = kernel32()?.GlobalSize(BigInt(memory as bigint));
      if (format === CF_UNICODETEXT && memory !== 0n && size !== undefined) {
        if (size < CHARACTER_SIZE) {
          violation(`SetClipboardData got CF_UNICODETEXT of ${size} bytes`);
        }
      }
      return native(format, memory);
    },
  },
} satisfies Rule;
