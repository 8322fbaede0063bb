import { ERROR } from "../../../lib/win32/error_codes.ts";
import {
  completeLater,
  rememberDuplicate,
  rememberPort,
} from "../completion.ts";
import { failWith, getLastError, handleOf } from "../native.ts";
import type { Rule } from "../rule.ts";

/** The status by which each failure completes; undefined for the one that Wine has written. */
const STATUS: Readonly<Record<number, number | undefined>> = {
  [ERROR.ERROR_MORE_DATA]: undefined,
  [ERROR.ERROR_BAD_PIPE]: 0xc000_00ad,
  [ERROR.ERROR_PIPE_BUSY]: 0xc000_00ae,
  [ERROR.ERROR_PIPE_NOT_CONNECTED]: 0xc000_00b0,
  [ERROR.ERROR_NO_DATA]: 0xc000_00b1,
  [ERROR.ERROR_BROKEN_PIPE]: 0xc000_014b,
};

export default {
  name: "a transaction that fails is pending, and completes with its error",
  source:
    "wine-mirror/wine dlls/kernel32/tests/pipe.c: overlapped_transact_failure (Windows 8 and newer)",
  natives: {
    CreateIoCompletionPort: rememberPort,
    DuplicateHandle: rememberDuplicate,
    TransactNamedPipe: (native) => (...args) => {
      const overlapped = handleOf(args[6]);
      const result = native(...args);
      if (overlapped === 0n || result !== 0) return result;
      const code = getLastError();
      if (!(code in STATUS)) return failWith(code, 0);
      completeLater(handleOf(args[0]), overlapped, STATUS[code]);
      return failWith(ERROR.ERROR_IO_PENDING, 0);
    },
  },
} satisfies Rule;
