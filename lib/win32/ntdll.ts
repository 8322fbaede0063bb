/**
 * ntdll: functions without a documented equivalent in kernel32.
 *
 * @module
 */

import { library } from "./library.ts";
import { fn, type Table } from "./table.ts";

/** The functions of ntdll.dll that winipc uses. */
export const NTDLL_TABLE = {
  NtCreateMailslotFile: fn(`(
    FileHandle: buffer, DesiredAccess: u32, ObjectAttributes: buffer,
    IoStatusBlock: buffer, CreateOptions: u32, MailslotQuota: u32,
    MaximumMessageSize: u32, ReadTimeout: buffer,
  ): u32`),
  // Blocks another thread for as long as Windows connects to a computer.
  NtCreateFileNonblocking: fn(
    `(
      FileHandle: usize, DesiredAccess: u32, ObjectAttributes: usize,
      IoStatusBlock: usize, AllocationSize: usize, FileAttributes: u32,
      ShareAccess: u32, CreateDisposition: u32, CreateOptions: u32,
      EaBuffer: usize, EaLength: u32,
    ): i32`,
    { name: "NtCreateFile", nonblocking: true },
  ),
  // Microsoft: NtOpenDirectoryObject, NtQueryDirectoryObject,
  // NtOpenSymbolicLinkObject, NtQuerySymbolicLinkObject (Win32 devnotes).
  NtOpenDirectoryObject: fn(`(
    DirectoryHandle: buffer, DesiredAccess: u32, ObjectAttributes: buffer,
  ): i32`),
  NtQueryDirectoryObject: fn(`(
    DirectoryHandle: usize, Buffer: usize, Length: u32, ReturnSingleEntry: u8,
    RestartScan: u8, Context: buffer, ReturnLength: buffer,
  ): i32`),
  NtOpenSymbolicLinkObject: fn(`(
    LinkHandle: buffer, DesiredAccess: u32, ObjectAttributes: buffer,
  ): i32`),
  NtQuerySymbolicLinkObject: fn(`(
    LinkHandle: usize, LinkTarget: buffer, ReturnedLength: buffer,
  ): i32`),
  RtlNtStatusToDosError: fn("(Status: i32): u32"),
} as const satisfies Table;

/** Opens ntdll on the first call. */
export const ntdll = library("ntdll.dll", NTDLL_TABLE);
