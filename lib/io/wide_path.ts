/**
 * Paths of files for Windows, of any length.
 *
 * @module
 */

import { MAX_PATH } from "../win32/constants.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";

/**
 * The path of a file as a wide string for Windows' functions. They refuse a
 * full path of 260 characters or more, even if `path` itself is short, unless
 * it has the prefix `\\?\` or the program's manifest allows it, as that of Deno
 * does not (Microsoft: Maximum Path Length Limitation). So such a path gets the
 * prefix, as in Deno's own functions. Paths of devices (`\\.\`) and those with
 * a prefix pass unchanged.
 *
 * Calls `GetFullPathNameW`, which also turns `/` into `\` and removes `..`.
 */
export function widePath(path: string): Uint8Array<ArrayBuffer> {
  const wide = toUtf16(path);
  if (/^\\(?:\\|\?)\?\\/.test(path)) return wide;
  const { raw } = kernel32();
  const size = raw.GetFullPathNameW(wide, 0, null, 0n);
  if (size <= MAX_PATH) return wide;
  const buffer = new Uint8Array(2 * size);
  raw.GetFullPathNameW(wide, size, buffer, 0n);
  const full = fromUtf16(buffer);
  if (/^[A-Za-z]:\\/.test(full)) return toUtf16(`\\\\?\\${full}`);
  return /^\\\\[^.?\\]/.test(full)
    ? toUtf16(`\\\\?\\UNC\\${full.slice("\\\\".length)}`)
    : wide;
}
