import { Win32Error } from "../../../lib/win32/error.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";
import { createOverlappedMailslot } from "../../../lib/win32/ntdll_mailslot.ts";
import { fn, type Table } from "../../../lib/win32/table.ts";
import { fromUtf16, toUtf16 } from "../../../lib/win32/utf16.ts";
import { bytesOf, failWith, handleOf, natives } from "../native.ts";
import type { Rule } from "../rule.ts";

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const LOCAL = "\\\\.\\mailslot\\";
const ANY_LENGTH = 0x7fff_ffff;
const SEMAPHORE_QUERY_STATE = 1;
const SEMAPHORE_BASIC_INFORMATION = 0;
/** Where the descriptor is in SECURITY_ATTRIBUTES. */
const DESCRIPTOR_OFFSET = 8;

const KERNEL32 = {
  CreateSemaphoreW: fn(`(
    lpSemaphoreAttributes: usize, lInitialCount: i32, lMaximumCount: i32,
    lpName: text,
  ): usize, fails with zero`),
  OpenSemaphoreW: fn(`(
    dwDesiredAccess: u32, bInheritHandle: i32, lpName: text,
  ): usize, fails with zero`),
  CloseHandle: fn("(hObject: usize): i32, fails with zero"),
} as const satisfies Table;

const NTDLL = {
  NtQuerySemaphore: fn(`(
    SemaphoreHandle: usize, SemaphoreInformationClass: u32,
    SemaphoreInformation: buffer, SemaphoreInformationLength: u32,
    ReturnLength: usize,
  ): i32`),
} as const satisfies Table;

const kernel32 = natives("kernel32.dll", KERNEL32);
const ntdll = natives("ntdll.dll", NTDLL);

/** The readers of this isolate, each with a semaphore that others find while it is open. */
const readers = new Map<bigint, bigint>();
/** The writers of this isolate, by the names of their readers' semaphores. */
const writers = new Map<bigint, Uint8Array<ArrayBuffer>>();

export default {
  name:
    "a mailslot is overlapped, refuses what is too long, and is gone with its reader",
  source:
    "Microsoft: CreateMailslot, nMaxMessageSize; Mailslots: a mailslot exists until all server handles are closed; " +
    "wine-mirror/wine dlls/ntdll/tests/file.c: NtCreateMailslotFile with no option of synchronous reads",
  natives: {
    CreateMailslotW: (native) => (name, max, timeout, attributes) => {
      const path = fromUtf16(bytesOf(name));
      const handle = createOverlapped(path, max, timeout, attributes) ??
        native(name, max, timeout, attributes) as bigint;
      if (handle === INVALID_HANDLE_VALUE) return handle;
      const open = kernel32()?.CreateSemaphoreW(
        0n,
        0,
        Number(max) || ANY_LENGTH,
        semaphoreOf(path),
      );
      if (open) readers.set(handle, open);
      return handle;
    },
    CreateFileW: (native) => (...args) => {
      const handle = native(...args) as bigint;
      const path = fromUtf16(bytesOf(args[0]));
      if (
        handle !== INVALID_HANDLE_VALUE &&
        path.toLowerCase().startsWith(LOCAL) && ntdll() !== undefined
      ) {
        // One that a program without the rules has made is left alone.
        const name = semaphoreOf(path);
        if (longestMessage(name) !== undefined) writers.set(handle, name);
      }
      return handle;
    },
    WriteFile: (native, { declaration }) => (...args) => {
      const name = writers.get(handleOf(args[0]));
      if (name === undefined || declaration.nonblocking) return native(...args);
      const longest = longestMessage(name);
      if (longest === undefined) return failWith(ERROR.ERROR_HANDLE_EOF, 0);
      return Number(args[2]) > longest
        ? failWith(ERROR.ERROR_INVALID_PARAMETER, 0)
        : native(...args);
    },
    CloseHandle: (native) => (...args) => {
      const handle = handleOf(args[0]);
      const open = readers.get(handle);
      if (open !== undefined) kernel32()!.CloseHandle(open);
      readers.delete(handle);
      writers.delete(handle);
      return native(...args);
    },
  },
} satisfies Rule;

/** A mailslot by ntdll, or undefined where the program may not use that. */
function createOverlapped(
  path: string,
  max: unknown,
  timeout: unknown,
  attributes: unknown,
): bigint | undefined {
  const descriptor = attributes === null
    ? 0n
    : new DataView(bytesOf(attributes).slice().buffer)
      .getBigUint64(DESCRIPTOR_OFFSET, true);
  try {
    return createOverlappedMailslot(
      path,
      Number(max),
      Number(timeout),
      descriptor,
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    if (!(error instanceof Win32Error)) throw error;
    return failWith(error.code, INVALID_HANDLE_VALUE);
  }
}

function semaphoreOf(path: string): Uint8Array<ArrayBuffer> {
  const name = path.slice(LOCAL.length).toLowerCase().replaceAll("\\", "/");
  return toUtf16(`winipc-rules-mailslot-${name}`);
}

/** How long a message may be; undefined where the mailslot has no reader. */
function longestMessage(name: Uint8Array<ArrayBuffer>): number | undefined {
  const { OpenSemaphoreW, CloseHandle } = kernel32()!;
  const open = OpenSemaphoreW(SEMAPHORE_QUERY_STATE, 0, name);
  if (open === 0n) return undefined;
  const counts = new Int32Array(2);
  ntdll()!.NtQuerySemaphore(
    open,
    SEMAPHORE_BASIC_INFORMATION,
    counts,
    counts.byteLength,
    0n,
  );
  CloseHandle(open);
  return counts[1];
}
