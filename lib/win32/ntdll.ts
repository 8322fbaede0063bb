/**
 * ntdll: functions without a documented equivalent in kernel32.
 *
 * @module
 */

import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of ntdll.dll that winipc uses. */
export const NTDLL_TABLE = {
  NtCreateMailslotFile: {
    parameters: [
      ["FileHandle", "buffer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "buffer"],
      ["IoStatusBlock", "buffer"],
      ["CreateOptions", "u32"],
      ["MailslotQuota", "u32"],
      ["MaximumMessageSize", "u32"],
      ["ReadTimeout", "buffer"],
    ],
    result: "u32",
    fails: "never",
  },
  // Blocks another thread for as long as Windows connects to a computer.
  NtCreateFileNonblocking: {
    name: "NtCreateFile",
    parameters: [
      ["FileHandle", "usize"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "usize"],
      ["IoStatusBlock", "usize"],
      ["AllocationSize", "usize"],
      ["FileAttributes", "u32"],
      ["ShareAccess", "u32"],
      ["CreateDisposition", "u32"],
      ["CreateOptions", "u32"],
      ["EaBuffer", "usize"],
      ["EaLength", "u32"],
    ],
    result: "i32",
    fails: "never",
    nonblocking: true,
  },
  // Microsoft: NtOpenDirectoryObject, NtQueryDirectoryObject,
  // NtOpenSymbolicLinkObject, NtQuerySymbolicLinkObject (Win32 devnotes).
  NtOpenDirectoryObject: {
    parameters: [
      ["DirectoryHandle", "buffer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  NtQueryDirectoryObject: {
    parameters: [
      ["DirectoryHandle", "usize"],
      ["Buffer", "usize"],
      ["Length", "u32"],
      ["ReturnSingleEntry", "u8"],
      ["RestartScan", "u8"],
      ["Context", "buffer"],
      ["ReturnLength", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  NtOpenSymbolicLinkObject: {
    parameters: [
      ["LinkHandle", "buffer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  NtQuerySymbolicLinkObject: {
    parameters: [
      ["LinkHandle", "usize"],
      ["LinkTarget", "buffer"],
      ["ReturnedLength", "buffer"],
    ],
    result: "i32",
    fails: "never",
  },
  RtlNtStatusToDosError: {
    parameters: [
      ["Status", "i32"],
    ],
    result: "u32",
    fails: "never",
  },
} as const satisfies Table;

/** Opens ntdll on the first call. */
export const ntdll = library("ntdll.dll", NTDLL_TABLE);
