/**
 * An instance of a pipe counts until both of its ends are closed.
 *
 * A client's end, in any process, holds a handle to an event with the pipe's
 * name while it is open; Windows closes it with the process. The kernel counts
 * these handles. Those that belong to no connected server's end here are of
 * instances whose server's end is closed. Another event, which the first
 * instance makes with the pipe's own security, answers the access checks.
 *
 * @module
 */

import { fn, type Native } from "../../../lib/win32/table.ts";
import { ERROR } from "../../../lib/win32/error_codes.ts";
import { systemLibrary } from "../../../lib/win32/load.ts";
import { fromUtf16, toUtf16 } from "../../../lib/win32/utf16.ts";
import { bytesOf, failWith, getLastError, natives } from "../native.ts";
import type { Rule } from "../rule.ts";

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const FILE_FLAG_FIRST_PIPE_INSTANCE = 0x8_0000;
const PIPE_UNLIMITED_INSTANCES = 255;
const GENERIC_READ = 0x8000_0000;
const GENERIC_WRITE = 0x4000_0000;
const FILE_WRITE_ATTRIBUTES = 0x100;
const SYNCHRONIZE = 0x10_0000;
const OBJECT_BASIC_INFORMATION = 0;
const OBJECT_BASIC_INFORMATION_SIZE = 56;
const HANDLE_COUNT_OFFSET = 8;
const FILE_PIPE_LOCAL_INFORMATION = 24;
const FILE_PIPE_LOCAL_INFORMATION_SIZE = 40;
const STATE_OFFSET = 32;
const FILE_PIPE_CONNECTED_STATE = 3;

const kernel32 = natives("kernel32.dll", {
  CreateEventW: fn(`(
    lpEventAttributes: buffer, bManualReset: i32, bInitialState: i32,
    lpName: buffer,
  ): usize, fails with zero`),
  OpenEventW: fn(`(
    dwDesiredAccess: u32, bInheritHandle: i32, lpName: buffer,
  ): usize, fails with zero`),
  CloseHandle: fn("(hObject: usize): i32, fails with zero"),
});
const NTDLL = {
  NtQueryObject: {
    parameters: ["usize", "i32", "buffer", "u32", "usize"],
    result: "i32",
  },
  NtQueryInformationFile: {
    parameters: ["usize", "buffer", "buffer", "u32", "i32"],
    result: "i32",
  },
} as const;

/**
 * Opened at once, so that no test counts it as its own; undefined where the
 * program may not. Then clients are not counted.
 */
const ntdll = openNtdll();

function openNtdll() {
  const path = systemLibrary("ntdll.dll");
  const { state } = Deno.permissions.querySync({ name: "ffi", path });
  return state === "granted" ? Deno.dlopen(path, NTDLL).symbols : undefined;
}

/** A pipe of which this isolate has server's ends. */
interface Pipe {
  readonly maxInstances: number;
  /** The event with its security. */
  readonly security: bigint;
  readonly ends: Set<bigint>;
  /** How many clients' ends are open that belong to no instance any more. */
  disconnected: number;
}

const pipes = new Map<string, Pipe>();
/** The pipes of server's ends. */
const served = new Map<bigint, string>();
/** The events of clients' ends. */
const dialled = new Map<bigint, bigint>();

export default {
  name:
    "an instance of a pipe counts until both ends are closed; first instance, full pipe and access checks in npfs' order",
  source: "ReactOS drivers/filesystems/npfs: NpSetClosingPipeState, " +
    "NpCreateExistingNamedPipe; Microsoft: Named Pipe Security and Access Rights",
  natives: {
    CreateNamedPipeW: (native) => (...args) => {
      const name = pipeName(args[0]);
      return name === undefined ? native(...args) : create(native, name, args);
    },
    CreateFileW: (native) => (...args) => {
      const name = pipeName(args[0]);
      return name === undefined ? native(...args) : dial(native, name, args);
    },
    WaitNamedPipeW: (native) => (...args) => {
      const name = pipeName(args[0]);
      const result = native(...args);
      if (result !== 0 || name === undefined) return result;
      const code = getLastError();
      const left = code === ERROR.ERROR_FILE_NOT_FOUND && closing(name) > 0;
      return failWith(left ? ERROR.ERROR_SEM_TIMEOUT : code, 0);
    },
    DisconnectNamedPipe: (native) => (...args) => {
      const end = BigInt(args[0] as bigint);
      const pipe = pipes.get(served.get(end) ?? "");
      if (pipe !== undefined && isConnected(end)) pipe.disconnected++;
      return native(...args);
    },
    CloseHandle: (native) => (...args) => {
      forget(BigInt(args[0] as bigint));
      return native(...args);
    },
  },
} satisfies Rule;

function create(native: Native, name: string, args: unknown[]): unknown {
  const [, openMode, , maxInstances, , , , attributes] = args;
  const pipe = pipes.get(name);
  // Nothing is counted where any number may be there.
  const left = pipe?.maxInstances === PIPE_UNLIMITED_INSTANCES
    ? 0
    : closing(name);
  const exists = pipe !== undefined || left > 0 || isServed(name);
  const claimed = exists &&
    (Number(openMode) & FILE_FLAG_FIRST_PIPE_INSTANCE) !== 0;
  if (exists) {
    const rights = GENERIC_WRITE + (Number(openMode) & 1 ? GENERIC_READ : 0);
    if (!allows(name, rights)) {
      return failWith(ERROR.ERROR_ACCESS_DENIED, INVALID_HANDLE_VALUE);
    }
    const most = pipe?.maxInstances ?? Number(maxInstances);
    const full = most < PIPE_UNLIMITED_INSTANCES &&
      (pipe?.ends.size ?? 0) + left >= most;
    if (full) return failWith(ERROR.ERROR_PIPE_BUSY, INVALID_HANDLE_VALUE);
  }
  // Another process' pipe may be full, which Wine knows.
  const handle = native(...args) as bigint;
  if (handle === INVALID_HANDLE_VALUE) return handle;
  if (claimed) {
    kernel32()?.CloseHandle(handle);
    return failWith(ERROR.ERROR_ACCESS_DENIED, INVALID_HANDLE_VALUE);
  }
  const known = pipe ?? {
    maxInstances: Number(maxInstances),
    security: kernel32()?.CreateEventW(
      attributes as BufferSource | null,
      1,
      0,
      securityEvent(name),
    ) ?? 0n,
    ends: new Set<bigint>(),
    disconnected: 0,
  };
  pipes.set(name, known);
  known.ends.add(handle);
  served.set(handle, name);
  return handle;
}

/** Whether a process under the rules has a server's end. */
function isServed(name: string): boolean {
  return opened(securityEvent(name), SYNCHRONIZE) !==
    ERROR.ERROR_FILE_NOT_FOUND;
}

function dial(native: Native, name: string, args: unknown[]): unknown {
  const access = Number(args[1]);
  const rights = (access & GENERIC_READ ? GENERIC_READ : 0) +
    (access & (GENERIC_WRITE | FILE_WRITE_ATTRIBUTES) ? GENERIC_WRITE : 0);
  if (!allows(name, rights)) {
    return failWith(ERROR.ERROR_ACCESS_DENIED, INVALID_HANDLE_VALUE);
  }
  const handle = native(...args) as bigint;
  if (handle === INVALID_HANDLE_VALUE) return handle;
  const event = kernel32()?.CreateEventW(null, 1, 0, clientEvent(name));
  if (event) dialled.set(handle, event);
  return handle;
}

function forget(handle: bigint): void {
  const event = dialled.get(handle);
  if (event !== undefined) {
    dialled.delete(handle);
    kernel32()?.CloseHandle(event);
  }
  const name = served.get(handle);
  if (name === undefined) return;
  served.delete(handle);
  const pipe = pipes.get(name)!;
  pipe.ends.delete(handle);
  if (pipe.ends.size > 0) return;
  pipes.delete(name);
  if (pipe.security !== 0n) kernel32()?.CloseHandle(pipe.security);
}

/** How many instances of the pipe have a client's end only. */
function closing(name: string): number {
  const pipe = pipes.get(name);
  const ends = [...pipe?.ends ?? []];
  const left = Math.max(0, clients(name) - ends.filter(isConnected).length);
  if (pipe === undefined) return left;
  pipe.disconnected = Math.min(pipe.disconnected, left);
  return left - pipe.disconnected;
}

/** How many clients' ends are open, in all processes. */
function clients(name: string): number {
  const event = kernel32()?.OpenEventW(SYNCHRONIZE, 0, clientEvent(name));
  if (!event) return 0;
  const info = new Uint8Array(OBJECT_BASIC_INFORMATION_SIZE);
  ntdll?.NtQueryObject(
    event,
    OBJECT_BASIC_INFORMATION,
    info,
    info.byteLength,
    0n,
  );
  kernel32()?.CloseHandle(event);
  const count = new DataView(info.buffer).getUint32(HANDLE_COUNT_OFFSET, true);
  return Math.max(0, count - 1);
}

function isConnected(end: bigint): boolean {
  const info = new Uint8Array(FILE_PIPE_LOCAL_INFORMATION_SIZE);
  ntdll?.NtQueryInformationFile(
    end,
    new Uint8Array(16),
    info,
    info.byteLength,
    FILE_PIPE_LOCAL_INFORMATION,
  );
  return new DataView(info.buffer).getUint32(STATE_OFFSET, true) ===
    FILE_PIPE_CONNECTED_STATE;
}

/** Whether the pipe's security grants `rights`; where it is not known, yes. */
function allows(name: string, rights: number): boolean {
  return opened(securityEvent(name), rights) !== ERROR.ERROR_ACCESS_DENIED;
}

/** The code of opening an event. */
function opened(name: Uint8Array<ArrayBuffer>, access: number): number {
  const open = kernel32()?.OpenEventW;
  // Binding it changes what it is asked for.
  getLastError();
  const event = open?.(access, 0, name);
  if (!event) return getLastError();
  kernel32()!.CloseHandle(event);
  return ERROR.ERROR_SUCCESS;
}

function clientEvent(name: string): Uint8Array<ArrayBuffer> {
  return toUtf16(`windows-rules-pipe-client:${name}`);
}

function securityEvent(name: string): Uint8Array<ArrayBuffer> {
  return toUtf16(`windows-rules-pipe-security:${name}`);
}

/** The name of a pipe of this computer, as part of an event's name. */
function pipeName(path: unknown): string | undefined {
  if (path === null || typeof path !== "object") return undefined;
  const text = fromUtf16(bytesOf(path)).toLowerCase();
  const name = /^\\\\[.?]\\pipe\\(.+)$/s.exec(text)?.[1];
  return name?.replaceAll("\\", "/");
}
