import { ERROR } from "../../../lib/win32/error_codes.ts";
import { failWith, handleOf } from "../native.ts";
import type { Rule } from "../rule.ts";

/** How often a view's flush fails before it succeeds. */
const FAILURES = 3;

/** How often the flush of a view has failed, by its address. */
const failed = new Map<bigint, number>();

export default {
  name: "a flush fails while the memory manager writes the same pages",
  source:
    "dotnet/runtime src/libraries/System.IO.MemoryMappedFiles, MemoryMappedView.Windows.cs: " +
    "FlushViewOfFile gives ERROR_LOCK_VIOLATION then, and is tried again",
  natives: {
    FlushViewOfFile: (native, { declaration }) => (...args) => {
      const address = handleOf(args[0]);
      const times = failed.get(address) ?? 0;
      if (times === FAILURES) {
        failed.delete(address);
        return native(...args);
      }
      failed.set(address, times + 1);
      return declaration.nonblocking
        ? Promise.resolve(0)
        : failWith(ERROR.ERROR_LOCK_VIOLATION, 0);
    },
  },
} satisfies Rule;
