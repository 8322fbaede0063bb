import { ERROR } from "../../../lib/win32/error_codes.ts";
import { completeLater } from "../completion.ts";
import { failWith, getLastError, handleOf } from "../native.ts";
import type { Rule } from "../rule.ts";

export default {
  name:
    "a read of a message longer than its buffer is pending, and completes with STATUS_BUFFER_OVERFLOW by a packet",
  source:
    "wine-mirror/wine dlls/ntdll/tests/pipe.c: test_completion (Windows 8 and newer)",
  natives: {
    ReadFile: (native, { declaration }) => (...args) => {
      const overlapped = handleOf(args[4]);
      if (declaration.nonblocking || overlapped === 0n) return native(...args);
      const result = native(...args);
      if (result !== 0) return result;
      const code = getLastError();
      if (code === ERROR.ERROR_MORE_DATA) {
        completeLater(handleOf(args[0]), overlapped);
        return failWith(ERROR.ERROR_IO_PENDING, 0);
      }
      return failWith(code, 0);
    },
  },
} satisfies Rule;
