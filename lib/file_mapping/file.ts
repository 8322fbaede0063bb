/**
 * The file behind a mapping.
 *
 * @module
 */

import { checkString } from "../io/checks.ts";
import { counted } from "../io/format.ts";
import { filePath } from "../io/memory/file_path.ts";
import { widePath } from "../io/wide_path.ts";
import {
  FILE_ATTRIBUTE_DIRECTORY,
  FILE_FLAG_OVERLAPPED,
  GENERIC_READ,
  INVALID_FILE_ATTRIBUTES,
  INVALID_HANDLE_VALUE,
  OPEN_EXISTING,
} from "../win32/constants.ts";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import {
  type ErrorHints,
  toDenoError,
  wrapWin32Error,
} from "../io/deno_error.ts";
import type { MemoryAccess } from "../io/memory/section.ts";

const DELETE = 0x1_0000;
const GENERIC_READ_WRITE = 0xc000_0000;
const FILE_SHARE_ALL = 7;
const OPEN_ALWAYS = 4;
const FILE_ATTRIBUTE_NORMAL = 0x80;
const FILE_FLAG_DELETE_ON_CLOSE = 0x0400_0000;
const FILE_END_OF_FILE_INFO_CLASS = 6;
const PAGE = { "read": 2, "read-write": 4, "copy-on-write": 8 } as const;

/** Converts the path of a file to the form that Windows takes. */
export function checkedPath(path: unknown): string {
  const text = path instanceof URL ? filePath(path) : path;
  checkString("path", text);
  return text;
}

/** An open file, and whether this call created it. */
export interface OpenedFile {
  /** The handle, which the caller owns. */
  readonly raw: bigint;
  /** False if the file existed before. */
  readonly created: boolean;
}

/**
 * Opens the file at `path`, shared with other programs that have it open. Calls
 * `CreateFileW`.
 *
 * The handle is overlapped, so that its calls do not wait for each other: a
 * flush takes as long as the disk does, and the calls of this thread on a
 * synchronous file object would block until it ends (Raymond Chen, 2013-08-22,
 * devblogs.microsoft.com/oldnewthing/?p=3433).
 */
export function openFile(
  path: string,
  access: MemoryAccess,
  create: boolean,
): OpenedFile {
  // Opened first, because opening a library would change the last error.
  const { raw: functions } = kernel32();
  const raw = functions.CreateFileW(
    widePath(path),
    access === "read-write" ? GENERIC_READ_WRITE : GENERIC_READ,
    FILE_SHARE_ALL,
    0n,
    create ? OPEN_ALWAYS : OPEN_EXISTING,
    FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OVERLAPPED,
    0n,
  );
  const code = lastErrorCode();
  if (raw !== INVALID_HANDLE_VALUE) {
    return { raw, created: create && code !== ERROR.ERROR_ALREADY_EXISTS };
  }
  const cause = new Win32Error("CreateFileW", code);
  if (code === ERROR.ERROR_ACCESS_DENIED && isDirectory(path)) {
    throw new Deno.errors.IsADirectory(
      `Cannot map "${path}": it is a directory`,
      { cause },
    );
  }
  throw toDenoError(`Cannot map "${path}"`, cause, OPEN_HINTS);
}

/**
 * Deletes a file once no program has it open, if Windows allows it. Calls
 * `CreateFileW`.
 */
export function removeFile(path: string): void {
  const { raw: functions } = kernel32();
  const raw = functions.CreateFileW(
    widePath(path),
    DELETE,
    FILE_SHARE_ALL,
    0n,
    OPEN_EXISTING,
    FILE_FLAG_DELETE_ON_CLOSE,
    0n,
  );
  if (raw !== INVALID_HANDLE_VALUE) functions.CloseHandle(raw);
}

/** The size of an open file. Calls `GetFileSizeEx`. */
export function fileSize(file: bigint, path: string): number {
  const size = new BigInt64Array(1);
  wrapWin32Error(
    `Cannot get the size of "${path}"`,
    () => kernel32().call.GetFileSizeEx(file, size),
  );
  return Number(size[0]!);
}

/** Sets the size of an open file. Calls `SetFileInformationByHandle`. */
export function setFileSize(file: bigint, path: string, size: number): void {
  wrapWin32Error(
    `Cannot grow "${path}" to ${counted(size, "byte")}`,
    () =>
      kernel32().call.SetFileInformationByHandle(
        file,
        FILE_END_OF_FILE_INFO_CLASS,
        new BigInt64Array([BigInt(size)]),
        8,
      ),
    { [ERROR.ERROR_DISK_FULL]: "the disk is full" },
  );
}

/**
 * Creates a section over an open file, as long as the file; it never grows the
 * file. Calls `CreateFileMappingW`.
 */
export function fileSection(
  file: bigint,
  path: string,
  access: MemoryAccess,
): bigint {
  return wrapWin32Error(
    `Cannot map "${path}"`,
    () =>
      kernel32().call.CreateFileMappingW(file, null, PAGE[access], 0, 0, null),
    { [ERROR.ERROR_FILE_INVALID]: [RangeError, "it is empty"] },
  );
}

function isDirectory(path: string): boolean {
  const attributes = kernel32().raw.GetFileAttributesW(widePath(path));
  return attributes !== INVALID_FILE_ATTRIBUTES &&
    (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
}

const OPEN_HINTS: ErrorHints = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such file",
  [ERROR.ERROR_PATH_NOT_FOUND]: "there is no such folder",
  [ERROR.ERROR_SHARING_VIOLATION]: "another program has it open exclusively",
  [ERROR.ERROR_ACCESS_DENIED]: "it may not be opened this way",
};
