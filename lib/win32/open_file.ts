/**
 * Opens what has a path: a file, a pipe, a mailslot, a device.
 *
 * @module
 */

import { OPEN_EXISTING } from "./constants.ts";
import { Win32Error } from "./error.ts";
import { kernel32 } from "./kernel32.ts";
import { toUtf16 } from "./utf16.ts";

/**
 * Opens what exists at `path`, by default not shared. Calls `CreateFileW`.
 *
 * @throws {Win32Error} when Windows refuses
 */
export function openFile(
  path: string,
  access: number,
  flags = 0,
  share = 0,
): bigint {
  const name = toUtf16(path);
  const { CreateFileW } = kernel32().call;
  return CreateFileW(name, access, share, 0n, OPEN_EXISTING, flags, 0n);
}

/** Like {@linkcode openFile}, but returns Windows' error. */
export function tryOpenFile(
  ...how: Parameters<typeof openFile>
): bigint | Win32Error {
  try {
    return openFile(...how);
  } catch (error) {
    if (error instanceof Win32Error) return error;
    throw error;
  }
}
