import type { Wrapper } from "../../../lib/win32/binding.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";
import { fn } from "../../../lib/win32/table.ts";
import { fromUtf16 } from "../../../lib/win32/utf16.ts";
import { bytesOf, failWith, natives } from "../native.ts";
import type { Rule } from "../rule.ts";

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const INVALID_FILE_ATTRIBUTES = 0xffff_ffff;
/** With the NUL. */
const MAX_PATH = 260;

const kernel32 = natives("kernel32.dll", {
  GetFullPathNameW: fn(`(
    lpFileName: buffer, nBufferLength: u32, lpBuffer: buffer, lpFilePart: usize,
  ): u32`),
});

export default {
  name: "a path of 260 characters or more needs the prefix \\\\?\\",
  source: "Microsoft: Maximum Path Length Limitation",
  natives: {
    CreateFileW: refusing(INVALID_HANDLE_VALUE),
    CreateProcessW: refusing(0),
    GetFileAttributesW: refusing(INVALID_FILE_ATTRIBUTES),
  },
} satisfies Rule;

function refusing(failure: unknown): Wrapper {
  return (native) => (...args) =>
    isTooLong(args[0])
      ? failWith(ERROR.ERROR_PATH_NOT_FOUND, failure)
      : native(...args);
}

function isTooLong(path: unknown): boolean {
  if (path === null) return false;
  const name = bytesOf(path);
  // Devices, and paths with the prefix.
  if (/^\\\\[.?]\\/.test(fromUtf16(name))) return false;
  const wide = new Uint8Array(name);
  const size = kernel32()?.GetFullPathNameW(wide, 0, null, 0n) ?? 0;
  return size > MAX_PATH;
}
