/**
 * Functions that Microsoft's metadata lacks, by hand from its documentation.
 *
 * @module
 */

import type { AbiFunction } from "./faults.ts";

/** By name, like the functions of table.json. */
export const DOCUMENTED: Readonly<Record<string, AbiFunction>> = {
  // Windows drivers reference, wdm.h: void RtlMoveMemory(void *Destination,
  // const void *Source, size_t Length). kernel32.dll exports it for programs.
  RtlMoveMemory: {
    dll: "kernel32.dll",
    result: "void",
    parameters: [
      ["Destination", "pointer"],
      ["Source", "pointer"],
      ["Length", "usize"],
    ],
  },
  // The call behind CreateMailslotW; no page of its own. As in phnt's
  // ntioapi.h: NTSTATUS NtCreateMailslotFile(PHANDLE FileHandle, ULONG
  // DesiredAccess, PCOBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, ULONG CreateOptions,
  // ULONG MailslotQuota, ULONG MaximumMessageSize, PLARGE_INTEGER ReadTimeout).
  NtCreateMailslotFile: {
    dll: "ntdll.dll",
    result: "i32",
    parameters: [
      ["FileHandle", "pointer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "pointer"],
      ["IoStatusBlock", "pointer"],
      ["CreateOptions", "u32"],
      ["MailslotQuota", "u32"],
      ["MaximumMessageSize", "u32"],
      ["ReadTimeout", "pointer"],
    ],
  },
  // Microsoft: NtQueryDirectoryObject, NtQuerySymbolicLinkObject (Win32
  // devnotes) and ZwOpenSymbolicLinkObject (wdm.h); NtOpenDirectoryObject
  // (Win32 devnotes): NTSTATUS NtOpenDirectoryObject(PHANDLE DirectoryHandle,
  // ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes).
  NtOpenDirectoryObject: {
    dll: "ntdll.dll",
    result: "i32",
    parameters: [
      ["DirectoryHandle", "pointer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "pointer"],
    ],
  },
  NtQueryDirectoryObject: {
    dll: "ntdll.dll",
    result: "i32",
    parameters: [
      ["DirectoryHandle", "pointer"],
      ["Buffer", "pointer"],
      ["Length", "u32"],
      ["ReturnSingleEntry", "u8"],
      ["RestartScan", "u8"],
      ["Context", "pointer"],
      ["ReturnLength", "pointer"],
    ],
  },
  NtOpenSymbolicLinkObject: {
    dll: "ntdll.dll",
    result: "i32",
    parameters: [
      ["LinkHandle", "pointer"],
      ["DesiredAccess", "u32"],
      ["ObjectAttributes", "pointer"],
    ],
  },
  NtQuerySymbolicLinkObject: {
    dll: "ntdll.dll",
    result: "i32",
    parameters: [
      ["LinkHandle", "pointer"],
      ["LinkTarget", "pointer"],
      ["ReturnedLength", "pointer"],
    ],
  },
  // Wine's own, include/wine/library.h once and dlls/ntdll/version.c now:
  // const char * CDECL wine_get_version(void).
  // deno-lint-ignore camelcase
  wine_get_version: {
    dll: "ntdll.dll",
    result: "pointer",
    parameters: [],
  },
};
