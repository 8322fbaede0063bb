/**
 * Sections: memory that several processes map, with or without a file.
 *
 * @module
 */

import { INVALID_HANDLE_VALUE, PAGE_READWRITE } from "../../win32/constants.ts";
import { Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { unshared } from "../../win32/memory.ts";
import { field, MEMORY_BASIC_INFORMATION } from "../../win32/structs.ts";
import { toUtf16 } from "../../win32/utf16.ts";
import { type ErrorHints, wrapWin32Error } from "../deno_error.ts";
import { create, type Created, openNamed } from "../object/kernel_object.ts";

/**
 * How a process may use mapped memory. Changes with `"copy-on-write"` stay in
 * this process; a changed page no longer shows changes by others.
 */
export type MemoryAccess = "read" | "read-write" | "copy-on-write";

/** The values of {@linkcode MemoryAccess}. */
export const MEMORY_ACCESS: readonly MemoryAccess[] = [
  "read",
  "read-write",
  "copy-on-write",
];

const MEM_COMMIT = 0x1000;
const FILE_MAP_COPY = 1;
const FILE_MAP_WRITE = 2;
const FILE_MAP_READ = 4;

const OPEN = {
  "read": FILE_MAP_READ,
  "read-write": FILE_MAP_READ | FILE_MAP_WRITE,
  "copy-on-write": FILE_MAP_READ | FILE_MAP_COPY,
} as const;

const MAP = {
  "read": FILE_MAP_READ,
  "read-write": FILE_MAP_READ | FILE_MAP_WRITE,
  "copy-on-write": FILE_MAP_COPY,
} as const;

/** Creates or opens a section of `size` bytes of memory. Calls `CreateFileMappingW`. */
export function createSection(
  action: string,
  name: string,
  size: number,
  createNew: boolean,
  sddl: string | undefined,
): Created {
  return create(
    { action, call: "CreateFileMappingW", createNew, sddl },
    (attributes) =>
      kernel32().raw.CreateFileMappingW(
        INVALID_HANDLE_VALUE,
        attributes,
        PAGE_READWRITE,
        high(size),
        low(size),
        toUtf16(name),
      ),
  );
}

/**
 * Opens the section `name`. Calls `OpenFileMappingW`, whose errors may have
 * further `hints`.
 */
export function openSection(
  action: string,
  name: string,
  access: MemoryAccess,
  hints?: ErrorHints,
): bigint {
  return openNamed(action, "OpenFileMappingW", OPEN[access], name, hints);
}

/**
 * Maps `length` bytes of a section from `offset`, a multiple of 64 KiB; 0 bytes
 * means up to the end. Calls `MapViewOfFile`.
 */
export function mapSection(
  action: string,
  section: bigint,
  access: MemoryAccess,
  offset = 0,
  length = 0,
): bigint {
  return wrapWin32Error(
    action,
    () =>
      kernel32().call.MapViewOfFile(
        section,
        MAP[access],
        high(offset),
        low(offset),
        BigInt(length),
      ),
    MAP_HINTS,
  );
}

/** Unmaps the memory at `address`. */
export function unmap(address: bigint): void {
  kernel32().call.UnmapViewOfFile(address);
}

/**
 * How many bytes can be read at `address`, in whole pages. For a section with
 * SEC_RESERVE that is the committed part at its beginning: touching reserved
 * memory ends the process (Microsoft: CreateFileMapping, SEC_RESERVE;
 * MEMORY_BASIC_INFORMATION, State). Calls `VirtualQuery`.
 */
export function mappedSize(address: bigint): number {
  const { size } = MEMORY_BASIC_INFORMATION;
  const information = new Uint8Array(size);
  kernel32().call.VirtualQuery(address, information, BigInt(size));
  const number = (name: "RegionSize" | "State") =>
    Number(field(MEMORY_BASIC_INFORMATION, information, name));
  return number("State") === MEM_COMMIT ? number("RegionSize") : 0;
}

/**
 * Fills `bytes` from mapped memory; throws an error if a page cannot be read,
 * instead of ending the process.
 */
export function copyOutSafely(address: bigint, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  const copied = new BigUint64Array(1);
  const target = unshared(bytes);
  kernel32().call.ReadProcessMemory(
    kernel32().raw.GetCurrentProcess(),
    address,
    target,
    BigInt(bytes.byteLength),
    copied,
  );
  if (target !== bytes) bytes.set(target);
  checkCopied(copied, bytes);
}

/**
 * Copies `bytes` to mapped memory; throws an error if a page cannot be written,
 * instead of ending the process. The pages before it may then be written.
 *
 * It reads `bytes` as if from another process, with the mapped memory as the
 * buffer: Windows catches a fault of either side (ReactOS, ntoskrnl/mm/ARM3/
 * virtual.c, MiDoMappedCopy and MiDoPoolCopy; Wine, dlls/ntdll/unix/virtual.c,
 * virtual_check_buffer_for_write).
 */
export function copyInSafely(address: bigint, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  const copied = new BigUint64Array(1);
  kernel32().call.CopyInSafely(
    kernel32().raw.GetCurrentProcess(),
    unshared(bytes),
    address,
    BigInt(bytes.byteLength),
    copied,
  );
  checkCopied(copied, bytes);
}

function checkCopied([count]: BigUint64Array, bytes: Uint8Array): void {
  if (count === BigInt(bytes.byteLength)) return;
  throw new Win32Error("ReadProcessMemory", ERROR.ERROR_PARTIAL_COPY);
}

function high(size: number): number {
  return Math.floor(size / 2 ** 32);
}

function low(size: number): number {
  return size % 2 ** 32;
}

const MAP_HINTS: ErrorHints = {
  [ERROR.ERROR_ACCESS_DENIED]:
    "its security does not allow it, or it has become shorter meanwhile",
};
