/**
 * The file behind a mapping.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { toWide } from "../win32/wide.ts";
import { attempt, failure, type Reasons } from "../io/failure.ts";
import type { MemoryAccess } from "../io/section.ts";

const GENERIC_READ = 0x8000_0000;
const GENERIC_READ_WRITE = 0xc000_0000;
const FILE_SHARE_ALL = 7;
const OPEN_EXISTING = 3;
const OPEN_ALWAYS = 4;
const FILE_ATTRIBUTE_NORMAL = 0x80;
const FILE_ATTRIBUTE_DIRECTORY = 0x10;
const INVALID_FILE_ATTRIBUTES = 0xffff_ffff;
const FILE_END_OF_FILE_INFO_CLASS = 6;
const PAGE = { "read": 2, "read-write": 4, "copy-on-write": 8 } as const;

/** The path of a file as Windows takes it. */
export function checkedPath(path: unknown): string {
  const text = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof text !== "string") {
    throw new TypeError(
      `Invalid path: give a string or a file URL, not ${
        text === null ? "null" : typeof text
      }`,
    );
  }
  if (text === "") throw new TypeError("Invalid path: it is empty");
  if (text.includes("\0")) throw new TypeError("Invalid path: it holds a NUL");
  return text;
}

/** Opens the file at `path`, shared with whoever has it open. Calls `CreateFileW`. */
export function openFile(
  path: string,
  access: MemoryAccess,
  create: boolean,
): bigint {
  try {
    return kernel32().call.CreateFileW(
      toWide(path),
      access === "read-write" ? GENERIC_READ_WRITE : GENERIC_READ,
      FILE_SHARE_ALL,
      0n,
      create ? OPEN_ALWAYS : OPEN_EXISTING,
      FILE_ATTRIBUTE_NORMAL,
      0n,
    );
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    if (error.code === ERROR.ERROR_ACCESS_DENIED && isDirectory(path)) {
      throw new Deno.errors.IsADirectory(
        `Cannot map "${path}": it is a directory`,
        { cause: error },
      );
    }
    throw failure(`Cannot map "${path}"`, error, OPEN_REASONS);
  }
}

/** The size of an open file. Calls `GetFileSizeEx`. */
export function fileSize(file: bigint, path: string): number {
  const size = new BigInt64Array(1);
  attempt(
    `Cannot tell the size of "${path}"`,
    () => kernel32().call.GetFileSizeEx(file, size),
  );
  return Number(size[0]!);
}

/** Sets the size of an open file. Calls `SetFileInformationByHandle`. */
export function setFileSize(file: bigint, path: string, size: number): void {
  attempt(
    `Cannot grow "${path}" to ${size} bytes`,
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

/** A section over an open file, as long as the file is: it never grows it. Calls `CreateFileMappingW`. */
export function fileSection(
  file: bigint,
  path: string,
  access: MemoryAccess,
): bigint {
  return attempt(
    `Cannot map "${path}"`,
    () =>
      kernel32().call.CreateFileMappingW(file, null, PAGE[access], 0, 0, null),
    { [ERROR.ERROR_FILE_INVALID]: [RangeError, "it is empty"] },
  );
}

function isDirectory(path: string): boolean {
  const attributes = kernel32().raw.GetFileAttributesW(toWide(path));
  return attributes !== INVALID_FILE_ATTRIBUTES &&
    (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0;
}

const OPEN_REASONS: Reasons = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "there is no such file",
  [ERROR.ERROR_PATH_NOT_FOUND]: "there is no such folder",
  [ERROR.ERROR_SHARING_VIOLATION]: "another program has it open for itself",
  [ERROR.ERROR_ACCESS_DENIED]: "it may not be opened this way",
};
