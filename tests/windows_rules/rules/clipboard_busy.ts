import { getLastError, setLastError } from "../native.ts";
import type { Rule } from "../rule.ts";

export default {
  name: "OpenClipboard leaves the last error alone while another has it",
  source:
    "wine-mirror/wine dlls/user32/tests/clipboard.c: test_ClipboardOwner: " +
    '"OpenClipboard should fail without setting last error value"',
  natives: {
    OpenClipboard: (native) => (...args) => {
      const before = getLastError();
      const opened = native(...args);
      if (opened === 0) setLastError(before);
      return opened;
    },
  },
} satisfies Rule;
