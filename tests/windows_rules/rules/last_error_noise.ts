import type { BoundFunction } from "../../../lib/win32/binding.ts";
import type { Native } from "../../../lib/win32/table.ts";
import { setLastError } from "../native.ts";
import type { Rule } from "../rule.ts";

/** A code that no function gives. */
const NOISE = 0x2000_dead;
const WAIT_FAILED = 0xffff_ffff;
const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;

/** These say something by the last error of a success. */
const SPEAKING = new Set([
  "AdjustTokenPrivileges",
  "CreateEventW",
  "CreateFileMappingW",
  "CreateFileW",
  "CreateJobObjectW",
  "CreateMutexW",
  "CreateSemaphoreW",
  "GetFileType",
  "GetLastError",
  "SetLastError",
]);

export default {
  name: "the last error means nothing after a call that succeeds",
  source:
    "Microsoft: GetLastError: most functions do not set it when they succeed; some set it to anything",
  natives: {},
  every: (native: Native, bound: BoundFunction) => {
    const { name, declaration } = bound;
    if (declaration.nonblocking || SPEAKING.has(name)) return native;
    return (...args) => {
      const result = native(...args);
      if (succeeded(result, bound)) setLastError(NOISE);
      return result;
    };
  },
} satisfies Rule;

function succeeded(
  result: unknown,
  { name, declaration }: BoundFunction,
): boolean {
  if (declaration.fails === "invalid handle") {
    return result !== INVALID_HANDLE_VALUE;
  }
  if (/^(?:Msg)?WaitFor/.test(name)) return result !== WAIT_FAILED;
  return result !== 0 && result !== 0n;
}
