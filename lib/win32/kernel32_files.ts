/**
 * kernel32: handles, files, and their I/O: overlapped through completion ports,
 * or on another thread.
 *
 * @module
 */

import type { Table } from "./table.ts";

const READ_FILE = {
  parameters: [
    ["hFile", "usize"],
    ["lpBuffer", "usize"],
    ["nNumberOfBytesToRead", "u32"],
    ["lpNumberOfBytesRead", "usize"],
    ["lpOverlapped", "usize"],
  ],
  result: "i32",
  fails: "never",
} as const;

const WRITE_FILE = {
  parameters: [
    ["hFile", "usize"],
    ["lpBuffer", "usize"],
    ["nNumberOfBytesToWrite", "u32"],
    ["lpNumberOfBytesWritten", "usize"],
    ["lpOverlapped", "usize"],
  ],
  result: "i32",
  fails: "never",
} as const;

const GET_QUEUED_COMPLETION_STATUS_EX = {
  parameters: [
    ["CompletionPort", "usize"],
    ["lpCompletionPortEntries", "buffer"],
    ["ulCount", "u32"],
    ["ulNumEntriesRemoved", "buffer"],
    ["dwMilliseconds", "u32"],
    ["fAlertable", "i32"],
  ],
  result: "i32",
  fails: "never",
} as const;

/** Some of the functions of kernel32.dll that winipc uses. */
export const FILES = {
  CloseHandle: {
    parameters: [
      ["hObject", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateFileW: {
    parameters: [
      ["lpFileName", "buffer"],
      ["dwDesiredAccess", "u32"],
      ["dwShareMode", "u32"],
      ["lpSecurityAttributes", "usize"],
      ["dwCreationDisposition", "u32"],
      ["dwFlagsAndAttributes", "u32"],
      ["hTemplateFile", "usize"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  ReadFile: READ_FILE,
  // The overlapped form: data in native memory, which outlives the call.
  WriteFile: WRITE_FILE,
  // For handles that are not overlapped: blocks another thread.
  ReadFileNonblocking: {
    ...READ_FILE,
    name: "ReadFile",
    nonblocking: true,
  },
  WriteFileNonblocking: {
    ...WRITE_FILE,
    name: "WriteFile",
    nonblocking: true,
  },
  CreateIoCompletionPort: {
    parameters: [
      ["FileHandle", "usize"],
      ["ExistingCompletionPort", "usize"],
      ["CompletionKey", "usize"],
      ["NumberOfConcurrentThreads", "u32"],
    ],
    result: "usize",
    fails: "zero",
  },
  GetQueuedCompletionStatusEx: GET_QUEUED_COMPLETION_STATUS_EX,
  GetQueuedCompletionStatusExNonblocking: {
    ...GET_QUEUED_COMPLETION_STATUS_EX,
    name: "GetQueuedCompletionStatusEx",
    nonblocking: true,
  },
  PostQueuedCompletionStatus: {
    parameters: [
      ["CompletionPort", "usize"],
      ["dwNumberOfBytesTransferred", "u32"],
      ["dwCompletionKey", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetFileCompletionNotificationModes: {
    parameters: [
      ["FileHandle", "usize"],
      ["Flags", "u8"],
    ],
    result: "i32",
    fails: "zero",
  },
  CancelIoEx: {
    parameters: [
      ["hFile", "usize"],
      ["lpOverlapped", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  GetOverlappedResult: {
    parameters: [
      ["hFile", "usize"],
      ["lpOverlapped", "usize"],
      ["lpNumberOfBytesTransferred", "buffer"],
      ["bWait", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  FlushFileBuffers: {
    parameters: [
      ["hFile", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushFileBuffersSlowly: {
    name: "FlushFileBuffers",
    parameters: [
      ["hFile", "usize"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  GetFileSizeEx: {
    parameters: [
      ["hFile", "usize"],
      ["lpFileSize", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetFileInformationByHandle: {
    parameters: [
      ["hFile", "usize"],
      ["FileInformationClass", "i32"],
      ["lpFileInformation", "buffer"],
      ["dwBufferSize", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetFileAttributesW: {
    parameters: [
      ["lpFileName", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  GetFullPathNameW: {
    parameters: [
      ["lpFileName", "buffer"],
      ["nBufferLength", "u32"],
      ["lpBuffer", "buffer"],
      ["lpFilePart", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  FindFirstFileW: {
    parameters: [
      ["lpFileName", "buffer"],
      ["lpFindFileData", "buffer"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  FindNextFileW: {
    parameters: [
      ["hFindFile", "usize"],
      ["lpFindFileData", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  FindClose: {
    parameters: [
      ["hFindFile", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  GetFileType: {
    parameters: [
      ["hFile", "usize"],
    ],
    result: "u32",
    fails: "never",
  },
  GetStdHandle: {
    parameters: [
      ["nStdHandle", "u32"],
    ],
    result: "usize",
    fails: "invalid handle",
  },
  GetHandleInformation: {
    parameters: [
      ["hObject", "usize"],
      ["lpdwFlags", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  SetHandleInformation: {
    parameters: [
      ["hObject", "usize"],
      ["dwMask", "u32"],
      ["dwFlags", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
  DuplicateHandle: {
    parameters: [
      ["hSourceProcessHandle", "usize"],
      ["hSourceHandle", "usize"],
      ["hTargetProcessHandle", "usize"],
      ["lpTargetHandle", "buffer"],
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["dwOptions", "u32"],
    ],
    result: "i32",
    fails: "zero",
  },
} as const satisfies Table;
