import { natives } from "../native.ts";
import type { Rule } from "../rule.ts";

/** `CF_TEXT`, `CF_OEMTEXT`, `CF_UNICODETEXT`. */
const TEXT_FORMATS = [1, 7, 13];

const user32 = natives("user32.dll", {
  IsClipboardFormatAvailable: {
    parameters: [["format", "u32"]],
    result: "i32",
    fails: "never",
  },
});

export default {
  name:
    "text is available in all formats of text, also where there is no data to give: NULL",
  source:
    "wine-mirror/wine dlls/user32/tests/clipboard.c: test_string_data_process, " +
    "CF_TEXT of an empty CF_UNICODETEXT",
  natives: {
    IsClipboardFormatAvailable: (native) => (format) =>
      native(format) ||
      Number(
        TEXT_FORMATS.includes(Number(format)) &&
          TEXT_FORMATS.some((other) =>
            user32()?.IsClipboardFormatAvailable(other)
          ),
      ),
  },
} satisfies Rule;
