/**
 * kernel32: memory of the heap, of sections, of the clipboard and for code, and
 * moving it.
 *
 * @module
 */

import type { Table } from "./table.ts";

/** Some of the functions of kernel32.dll that winipc uses. */
export const MEMORY = {
  GetProcessHeap: {
    parameters: [],
    result: "usize",
    fails: "never",
  },
  HeapAlloc: {
    parameters: [
      ["hHeap", "usize"],
      ["dwFlags", "u32"],
      ["dwBytes", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  HeapFree: {
    parameters: [
      ["hHeap", "usize"],
      ["dwFlags", "u32"],
      ["lpMem", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  LocalFree: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  // JavaScript memory to native memory.
  CopyIn: {
    name: "RtlMoveMemory",
    parameters: [
      ["Destination", "usize"],
      ["Source", "buffer"],
      ["Length", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  // Native memory to JavaScript memory.
  CopyOut: {
    name: "RtlMoveMemory",
    parameters: [
      ["Destination", "buffer"],
      ["Source", "usize"],
      ["Length", "usize"],
    ],
    result: "void",
    fails: "never",
  },
  ReadProcessMemory: {
    parameters: [
      ["hProcess", "usize"],
      ["lpBaseAddress", "usize"],
      ["lpBuffer", "buffer"],
      ["nSize", "usize"],
      ["lpNumberOfBytesRead", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  // JavaScript memory to native memory, like CopyIn, but faults are caught.
  CopyInSafely: {
    name: "ReadProcessMemory",
    parameters: [
      ["hProcess", "usize"],
      ["lpBaseAddress", "buffer"],
      ["lpBuffer", "usize"],
      ["nSize", "usize"],
      ["lpNumberOfBytesRead", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  // A number from JavaScript memory to native memory: see atomic_u32.ts.
  StoreU32: {
    name: "GetOverlappedResult",
    parameters: [
      ["hFile", "usize"],
      ["lpOverlapped", "buffer"],
      ["lpNumberOfBytesTransferred", "usize"],
      ["bWait", "i32"],
    ],
    result: "i32",
    fails: "never",
  },
  StringLength: {
    name: "lstrlenW",
    parameters: [
      ["lpString", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  MultiByteToWideChar: {
    parameters: [
      ["CodePage", "u32"],
      ["dwFlags", "u32"],
      ["lpMultiByteStr", "buffer"],
      ["cbMultiByte", "i32"],
      ["lpWideCharStr", "buffer"],
      ["cchWideChar", "i32"],
    ],
    result: "i32",
    fails: "zero",
  },
  CreateFileMappingW: {
    parameters: [
      ["hFile", "usize"],
      ["lpFileMappingAttributes", "buffer"],
      ["flProtect", "u32"],
      ["dwMaximumSizeHigh", "u32"],
      ["dwMaximumSizeLow", "u32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  OpenFileMappingW: {
    parameters: [
      ["dwDesiredAccess", "u32"],
      ["bInheritHandle", "i32"],
      ["lpName", "buffer"],
    ],
    result: "usize",
    fails: "zero",
  },
  MapViewOfFile: {
    parameters: [
      ["hFileMappingObject", "usize"],
      ["dwDesiredAccess", "u32"],
      ["dwFileOffsetHigh", "u32"],
      ["dwFileOffsetLow", "u32"],
      ["dwNumberOfBytesToMap", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  UnmapViewOfFile: {
    parameters: [
      ["lpBaseAddress", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushViewOfFile: {
    parameters: [
      ["lpBaseAddress", "usize"],
      ["dwNumberOfBytesToFlush", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushViewOfFileSlowly: {
    name: "FlushViewOfFile",
    parameters: [
      ["lpBaseAddress", "usize"],
      ["dwNumberOfBytesToFlush", "usize"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  VirtualQuery: {
    parameters: [
      ["lpAddress", "usize"],
      ["lpBuffer", "buffer"],
      ["dwLength", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  GlobalAlloc: {
    parameters: [
      ["uFlags", "u32"],
      ["dwBytes", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  GlobalFree: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  GlobalLock: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "zero",
  },
  GlobalUnlock: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "i32",
    fails: "never",
  },
  GlobalSize: {
    parameters: [
      ["hMem", "usize"],
    ],
    result: "usize",
    fails: "never",
  },
  VirtualAlloc: {
    parameters: [
      ["lpAddress", "usize"],
      ["dwSize", "usize"],
      ["flAllocationType", "u32"],
      ["flProtect", "u32"],
    ],
    result: "usize",
    fails: "zero",
  },
  VirtualProtect: {
    parameters: [
      ["lpAddress", "usize"],
      ["dwSize", "usize"],
      ["flNewProtect", "u32"],
      ["lpflOldProtect", "buffer"],
    ],
    result: "i32",
    fails: "zero",
  },
  FlushInstructionCache: {
    parameters: [
      ["hProcess", "usize"],
      ["lpBaseAddress", "usize"],
      ["dwSize", "usize"],
    ],
    result: "i32",
    fails: "zero",
  },
  RtlAddFunctionTable: {
    parameters: [
      ["FunctionTable", "usize"],
      ["EntryCount", "u32"],
      ["BaseAddress", "usize"],
    ],
    result: "u8",
    fails: "zero",
  },
} as const satisfies Table;
