import { ERROR } from "../../../lib/win32/error_codes.ts";
import { fn, type Table } from "../../../lib/win32/table.ts";
import { bytesOf, failWith, natives } from "../native.ts";
import type { Rule } from "../rule.ts";

const WAIT_FAILED = 0xffff_ffff;
/** The pseudo-handles of this process and thread. */
const PSEUDO_HANDLES = [0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_fffen];

const TABLE = {
  NtCompareObjects: fn(`(
    FirstObjectHandle: usize, SecondObjectHandle: usize,
  ): i32`),
} as const satisfies Table;

const ntdll = natives("ntdll.dll", TABLE);

export default {
  name: "a wait for all objects takes none twice; a list has no pseudo-handle",
  source:
    "Microsoft: WaitForMultipleObjects, lpHandles: no multiple copies; reactos/reactos ntoskrnl/ob/obwait.c: " +
    "a wait for all compares the objects, not the handles; " +
    "wine-mirror/wine dlls/kernel32/tests/sync.c: test_WaitForMultipleObjects, pseudo-handles",
  natives: {
    WaitForMultipleObjects: (native, { declaration }) => (...args) => {
      const [count, handles, all] = args;
      const code = refusal(Number(count), bytesOf(handles), all !== 0);
      if (code === undefined) return native(...args);
      const failed = failWith(code, WAIT_FAILED);
      return declaration.nonblocking ? Promise.resolve(failed) : failed;
    },
  },
} satisfies Rule;

function refusal(
  count: number,
  bytes: Uint8Array,
  all: boolean,
): number | undefined {
  const handles = [...new BigUint64Array(bytes.slice(0, 8 * count).buffer)];
  if (handles.some((handle) => PSEUDO_HANDLES.includes(handle))) {
    return ERROR.ERROR_INVALID_HANDLE;
  }
  return all &&
      handles.some((one, index) =>
        handles.slice(index + 1).some((other) => isSame(one, other))
      )
    ? ERROR.ERROR_INVALID_PARAMETER
    : undefined;
}

function isSame(one: bigint, other: bigint): boolean {
  return one === other || ntdll()?.NtCompareObjects(one, other) === 0;
}
