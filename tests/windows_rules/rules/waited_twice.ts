import { ERROR } from "../../../lib/win32/error_codes.ts";
import { bytesOf, failWith } from "../native.ts";
import type { Rule } from "../rule.ts";

const WAIT_FAILED = 0xffff_ffff;
/** The pseudo-handles of this process and thread. */
const PSEUDO_HANDLES = [0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_fffen];

export default {
  name:
    "a wait for several objects takes no object twice, and no pseudo-handle",
  source:
    "Microsoft: WaitForMultipleObjects, lpHandles: duplicates fail with ERROR_INVALID_PARAMETER; " +
    "wine-mirror/wine dlls/kernel32/tests/sync.c: test_WaitForMultipleObjects, pseudo-handles",
  natives: {
    WaitForMultipleObjects: (native, { declaration }) => (...args) => {
      const code = refusal(Number(args[0]), bytesOf(args[1]));
      if (code === undefined) return native(...args);
      const failed = failWith(code, WAIT_FAILED);
      return declaration.nonblocking ? Promise.resolve(failed) : failed;
    },
  },
} satisfies Rule;

function refusal(count: number, bytes: Uint8Array): number | undefined {
  const handles = new BigUint64Array(bytes.slice(0, 8 * count).buffer);
  if (new Set(handles).size < count) return ERROR.ERROR_INVALID_PARAMETER;
  return handles.some((handle) => PSEUDO_HANDLES.includes(handle))
    ? ERROR.ERROR_INVALID_HANDLE
    : undefined;
}
