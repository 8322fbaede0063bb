/**
 * kernel32: memory of the heap, of sections, of the clipboard and for code, and
 * moving it.
 *
 * @module
 */

import { fn, type Table } from "./table.ts";

/** Some of the functions of kernel32.dll that winipc uses. */
export const MEMORY = {
  GetProcessHeap: fn("(): usize"),
  HeapAlloc: fn(`(
    hHeap: usize, dwFlags: u32, dwBytes: usize,
  ): usize, fails with zero`),
  HeapFree: fn("(hHeap: usize, dwFlags: u32, lpMem: usize): i32"),
  LocalFree: fn("(hMem: usize): usize"),
  // JavaScript memory to native memory.
  CopyIn: fn(
    "(Destination: usize, Source: buffer, Length: usize): void",
    { name: "RtlMoveMemory" },
  ),
  // Native memory to JavaScript memory.
  CopyOut: fn(
    "(Destination: buffer, Source: usize, Length: usize): void",
    { name: "RtlMoveMemory" },
  ),
  ReadProcessMemory: fn(`(
    hProcess: usize, lpBaseAddress: usize, lpBuffer: buffer, nSize: usize,
    lpNumberOfBytesRead: buffer,
  ): i32, fails with zero`),
  // JavaScript memory to native memory, like CopyIn, but faults are caught.
  CopyInSafely: fn(
    `(
      hProcess: usize, lpBaseAddress: buffer, lpBuffer: usize, nSize: usize,
      lpNumberOfBytesRead: buffer,
    ): i32, fails with zero`,
    { name: "ReadProcessMemory" },
  ),
  // A number from JavaScript memory to native memory: see atomic_u32.ts.
  StoreU32: fn(
    `(
      hFile: usize, lpOverlapped: buffer, lpNumberOfBytesTransferred: usize,
      bWait: i32,
    ): i32, fails with zero`,
    { name: "GetOverlappedResult" },
  ),
  StringLength: fn("(lpString: usize): i32", { name: "lstrlenW" }),
  MultiByteToWideChar: fn(`(
    CodePage: u32, dwFlags: u32, lpMultiByteStr: buffer, cbMultiByte: i32,
    lpWideCharStr: buffer, cchWideChar: i32,
  ): i32, fails with zero`),
  CreateFileMappingW: fn(`(
    hFile: usize, lpFileMappingAttributes: buffer, flProtect: u32,
    dwMaximumSizeHigh: u32, dwMaximumSizeLow: u32, lpName: text,
  ): usize, fails with zero`),
  OpenFileMappingW: fn(`(
    dwDesiredAccess: u32, bInheritHandle: i32, lpName: text,
  ): usize, fails with zero`),
  MapViewOfFile: fn(`(
    hFileMappingObject: usize, dwDesiredAccess: u32, dwFileOffsetHigh: u32,
    dwFileOffsetLow: u32, dwNumberOfBytesToMap: usize,
  ): usize, fails with zero`),
  UnmapViewOfFile: fn("(lpBaseAddress: usize): i32, fails with zero"),
  FlushViewOfFile: fn(`(
    lpBaseAddress: usize, dwNumberOfBytesToFlush: usize,
  ): i32, fails with zero`),
  FlushViewOfFileNonblocking: fn(
    "(lpBaseAddress: usize, dwNumberOfBytesToFlush: usize): i32",
    { name: "FlushViewOfFile", nonblocking: true },
  ),
  VirtualQuery: fn(`(
    lpAddress: usize, lpBuffer: buffer, dwLength: usize,
  ): usize, fails with zero`),
  GlobalAlloc: fn("(uFlags: u32, dwBytes: usize): usize, fails with zero"),
  GlobalFree: fn("(hMem: usize): usize"),
  GlobalLock: fn("(hMem: usize): usize, fails with zero"),
  GlobalUnlock: fn("(hMem: usize): i32"),
  GlobalSize: fn("(hMem: usize): usize"),
  VirtualAlloc: fn(`(
    lpAddress: usize, dwSize: usize, flAllocationType: u32, flProtect: u32,
  ): usize, fails with zero`),
  VirtualProtect: fn(`(
    lpAddress: usize, dwSize: usize, flNewProtect: u32, lpflOldProtect: buffer,
  ): i32, fails with zero`),
  FlushInstructionCache: fn(`(
    hProcess: usize, lpBaseAddress: usize, dwSize: usize,
  ): i32, fails with zero`),
  RtlAddFunctionTable: fn(`(
    FunctionTable: usize, EntryCount: u32, BaseAddress: usize,
  ): u8, fails with zero`),
} as const satisfies Table;
