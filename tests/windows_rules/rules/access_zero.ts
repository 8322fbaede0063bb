import type { Wrapper } from "../../../lib/win32/binding.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";
import { failWith } from "../native.ts";
import type { Rule } from "../rule.ts";

const MUTEX_MODIFY_STATE = 1;
const STANDARD_RIGHTS_ALL = 0x1f_0000;
const ACCESS_SYSTEM_SECURITY = 0x100_0000;
const MAXIMUM_ALLOWED = 0x200_0000;
const GENERIC_RIGHTS = 0xf000_0000;
const MUTEX_RIGHTS = MUTEX_MODIFY_STATE + STANDARD_RIGHTS_ALL +
  ACCESS_SYSTEM_SECURITY + MAXIMUM_ALLOWED + GENERIC_RIGHTS;
const DUPLICATE_SAME_ACCESS = 2;
const ALL_BITS = 0xffff_ffff;

export default {
  name: "nothing is opened with no access, or with bits that mean nothing",
  source:
    "wine-mirror/wine dlls/ntdll/tests/om.c: test_zero_access, test_duplicate_object; " +
    "dlls/kernel32/tests/sync.c: test_mutex",
  natives: {
    OpenMutexW: (native) => (...args) => {
      const access = Number(args[0]) >>> 0;
      if (access === 0 || (access & ~MUTEX_RIGHTS) !== 0) {
        return failWith(ERROR.ERROR_ACCESS_DENIED, 0n);
      }
      if ((access & ACCESS_SYSTEM_SECURITY) !== 0) {
        return failWith(ERROR.ERROR_PRIVILEGE_NOT_HELD, 0n);
      }
      return native(...args);
    },
    OpenEventW: someAccess,
    OpenSemaphoreW: someAccess,
    OpenFileMappingW: someAccess,
    OpenProcess: someAccess,
    DuplicateHandle: (native) => (...args) => {
      const [, , , , access, , options] = args;
      return Number(access) >>> 0 === ALL_BITS &&
          (Number(options) & DUPLICATE_SAME_ACCESS) === 0
        ? failWith(ERROR.ERROR_ACCESS_DENIED, 0)
        : native(...args);
    },
  },
} satisfies Rule;

function someAccess(...[native]: Parameters<Wrapper>): ReturnType<Wrapper> {
  return (...args) =>
    args[0] === 0 ? failWith(ERROR.ERROR_ACCESS_DENIED, 0n) : native(...args);
}
