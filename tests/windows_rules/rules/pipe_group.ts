import { ERROR } from "../../../lib/win32/error_codes.ts";
import { fn } from "../../../lib/win32/table.ts";
import { bytesOf, failWith, natives } from "../native.ts";
import type { Rule } from "../rule.ts";

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const DESCRIPTOR_OFFSET = 8;

const advapi32 = natives("advapi32.dll", {
  GetSecurityDescriptorGroup: fn(`(
    pSecurityDescriptor: usize, pGroup: buffer, lpbGroupDefaulted: buffer,
  ): i32, fails with zero`),
  CheckTokenMembership: fn(`(
    TokenHandle: usize, SidToCheck: usize, IsMember: buffer,
  ): i32, fails with zero`),
});

export default {
  name: "a pipe's security names no foreign group",
  source: "wine-mirror/wine dlls/ntdll/tests/pipe.c: test_security_info",
  natives: {
    CreateNamedPipeW: (native) => (...args) =>
      hasForeignGroup(args[7])
        ? failWith(ERROR.ERROR_ACCESS_DENIED, INVALID_HANDLE_VALUE)
        : native(...args),
  },
} satisfies Rule;

function hasForeignGroup(attributes: unknown): boolean {
  if (attributes === null) return false;
  const { buffer, byteOffset } = bytesOf(attributes);
  const descriptor = new DataView(buffer, byteOffset)
    .getBigUint64(DESCRIPTOR_OFFSET, true);
  const group = new BigUint64Array(1);
  const member = new Int32Array(1);
  const security = advapi32();
  if (descriptor === 0n || security === undefined) return false;
  security.GetSecurityDescriptorGroup(descriptor, group, new Int32Array(1));
  if (group[0] === 0n) return false;
  return security.CheckTokenMembership(0n, group[0]!, member) !== 0 &&
    member[0] === 0;
}
