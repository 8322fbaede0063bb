import { fn } from "../../../lib/win32/table.ts";
import { getLastError, natives, setLastError } from "../native.ts";
import type { Rule } from "../rule.ts";

const CF_DIB = 8;
const CF_DIBV5 = 17;

const user32 = natives("user32.dll", {
  EnumClipboardFormats: fn("(format: u32): u32"),
});

export default {
  name:
    "an available format may have no data, as CF_DIB that Windows makes of CF_DIBV5: NULL, and the last error stays",
  source: "wine-mirror/wine dlls/user32/tests/clipboard.c: test_synthesized, " +
    "broken(CF_DIBV5, CF_DIB) and the last error of GetClipboardData",
  natives: {
    GetClipboardData: (native) => (format) => {
      const before = getLastError();
      const data = isMadeOfNewer(Number(format)) ? 0n : native(format);
      if (data === 0n) setLastError(before);
      return data;
    },
  },
} satisfies Rule;

/** Whether `format` is CF_DIB and comes after CF_DIBV5, behind what the owner has given. */
function isMadeOfNewer(format: number): boolean {
  const { EnumClipboardFormats } = user32() ?? {};
  if (format !== CF_DIB || EnumClipboardFormats === undefined) return false;
  let offered = 0;
  do {
    offered = EnumClipboardFormats(offered);
  } while (![0, CF_DIB, CF_DIBV5].includes(offered));
  return offered === CF_DIBV5;
}
