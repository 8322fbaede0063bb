/**
 * The folders of pipes and mailslots.
 *
 * @module
 */

import { wrapWin32Error } from "../deno_error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { Win32Error } from "../../win32/error.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import {
  field,
  FIND_DATA_NAME_OFFSET,
  WIN32_FIND_DATAW,
} from "../../win32/structs.ts";
import { fromUtf16, toUtf16 } from "../../win32/utf16.ts";

/** An entry of such a folder. */
export interface DeviceFolderEntry {
  readonly name: string;
  /** The instances of a pipe: its file size in the folder. */
  readonly instances: number;
}

const EMPTY: readonly number[] = [
  ERROR.ERROR_FILE_NOT_FOUND,
  ERROR.ERROR_NO_MORE_FILES,
];

/**
 * Lists `\\.\pipe\` or `\\.\mailslot\`. Calls `FindFirstFileW`.
 *
 * @throws {Deno.errors.NotSupported} if the system cannot, as under Wine
 */
export function deviceFolder(
  kind: "pipe" | "mailslot",
): DeviceFolderEntry[] {
  const { call, raw } = kernel32();
  const found = new Uint8Array(WIN32_FIND_DATAW.size);
  const reason = [
    Deno.errors.NotSupported,
    `this system has no list of ${kind}s`,
  ] as const;
  const search = wrapWin32Error(`Cannot list ${kind}s`, () => {
    try {
      return call.FindFirstFileW(toUtf16(`\\\\.\\${kind}\\*`), found);
    } catch (error) {
      // Windows always has pipes, but not always mailslots.
      const none = kind === "mailslot" && error instanceof Win32Error &&
        EMPTY.includes(error.code);
      if (!none) throw error;
    }
  }, {
    // Wine fails with one of these, because it has no such folders.
    [ERROR.ERROR_BAD_DEV_TYPE]: reason,
    [ERROR.ERROR_FILE_NOT_FOUND]: reason,
  });
  const entries: DeviceFolderEntry[] = [];
  if (search === undefined) return entries;
  do {
    entries.push({
      name: fromUtf16(found.subarray(FIND_DATA_NAME_OFFSET)),
      instances: field(WIN32_FIND_DATAW, found, "nFileSizeLow"),
    });
  } while (raw.FindNextFileW(search, found) !== 0);
  raw.FindClose(search);
  return entries;
}
