/**
 * kernel32: handles, files, and their I/O: overlapped through completion ports,
 * or on another thread.
 *
 * @module
 */

import { fn, type Table } from "./table.ts";

const READ_FILE = `(
  hFile: usize, lpBuffer: usize, nNumberOfBytesToRead: u32,
  lpNumberOfBytesRead: usize, lpOverlapped: usize,
): i32, fails with zero`;

const WRITE_FILE = `(
  hFile: usize, lpBuffer: usize, nNumberOfBytesToWrite: u32,
  lpNumberOfBytesWritten: usize, lpOverlapped: usize,
): i32, fails with zero`;

const GET_QUEUED_COMPLETION_STATUS_EX = `(
  CompletionPort: usize, lpCompletionPortEntries: buffer, ulCount: u32,
  ulNumEntriesRemoved: buffer, dwMilliseconds: u32, fAlertable: i32,
): i32, fails with zero`;

/** Some of the functions of kernel32.dll that winipc uses. */
export const FILES = {
  CloseHandle: fn("(hObject: usize): i32, fails with zero"),
  CreateFileW: fn(`(
    lpFileName: text, dwDesiredAccess: u32, dwShareMode: u32,
    lpSecurityAttributes: usize, dwCreationDisposition: u32,
    dwFlagsAndAttributes: u32, hTemplateFile: usize,
  ): usize, fails with invalid handle`),
  ReadFile: fn(READ_FILE),
  // The overlapped form: data in native memory, which outlives the call.
  WriteFile: fn(WRITE_FILE),
  // For handles that are not overlapped: blocks another thread.
  ReadFileNonblocking: fn(READ_FILE, { name: "ReadFile", nonblocking: true }),
  WriteFileNonblocking: fn(WRITE_FILE, {
    name: "WriteFile",
    nonblocking: true,
  }),
  CreateIoCompletionPort: fn(`(
    FileHandle: usize, ExistingCompletionPort: usize, CompletionKey: usize,
    NumberOfConcurrentThreads: u32,
  ): usize, fails with zero`),
  GetQueuedCompletionStatusEx: fn(GET_QUEUED_COMPLETION_STATUS_EX),
  GetQueuedCompletionStatusExNonblocking: fn(GET_QUEUED_COMPLETION_STATUS_EX, {
    name: "GetQueuedCompletionStatusEx",
    nonblocking: true,
  }),
  PostQueuedCompletionStatus: fn(`(
    CompletionPort: usize, dwNumberOfBytesTransferred: u32,
    dwCompletionKey: usize, lpOverlapped: usize,
  ): i32, fails with zero`),
  SetFileCompletionNotificationModes: fn(`(
    FileHandle: usize, Flags: u8,
  ): i32, fails with zero`),
  CancelIoEx: fn("(hFile: usize, lpOverlapped: usize): i32, fails with zero"),
  GetOverlappedResult: fn(`(
    hFile: usize, lpOverlapped: usize, lpNumberOfBytesTransferred: buffer,
    bWait: i32,
  ): i32, fails with zero`),
  FlushFileBuffers: fn("(hFile: usize): i32, fails with zero"),
  FlushFileBuffersNonblocking: fn(
    "(hFile: usize): i32",
    { name: "FlushFileBuffers", nonblocking: true },
  ),
  GetFileSizeEx: fn("(hFile: usize, lpFileSize: buffer): i32, fails with zero"),
  SetFileInformationByHandle: fn(`(
    hFile: usize, FileInformationClass: i32, lpFileInformation: buffer,
    dwBufferSize: u32,
  ): i32, fails with zero`),
  GetFileAttributesW: fn("(lpFileName: text): u32"),
  GetFullPathNameW: fn(`(
    lpFileName: text, nBufferLength: u32, lpBuffer: buffer, lpFilePart: usize,
  ): u32`),
  FindFirstFileW: fn(`(
    lpFileName: text, lpFindFileData: buffer,
  ): usize, fails with invalid handle`),
  FindNextFileW: fn("(hFindFile: usize, lpFindFileData: buffer): i32"),
  FindClose: fn("(hFindFile: usize): i32, fails with zero"),
  GetFileType: fn("(hFile: usize): u32"),
  GetStdHandle: fn("(nStdHandle: u32): usize, fails with invalid handle"),
  GetHandleInformation: fn(`(
    hObject: usize, lpdwFlags: buffer,
  ): i32, fails with zero`),
  SetHandleInformation: fn(`(
    hObject: usize, dwMask: u32, dwFlags: u32,
  ): i32, fails with zero`),
  DuplicateHandle: fn(`(
    hSourceProcessHandle: usize, hSourceHandle: usize,
    hTargetProcessHandle: usize, lpTargetHandle: buffer, dwDesiredAccess: u32,
    bInheritHandle: i32, dwOptions: u32,
  ): i32, fails with zero`),
} as const satisfies Table;
