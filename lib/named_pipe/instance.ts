/**
 * One instance of a pipe's server end.
 *
 * @module
 */

import {
  FILE_FLAG_FIRST_PIPE_INSTANCE,
  FILE_FLAG_OVERLAPPED,
  FILE_READ_ATTRIBUTES,
  PIPE_READMODE_MESSAGE,
  PIPE_REJECT_REMOTE_CLIENTS,
  PIPE_TYPE_MESSAGE,
} from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { tryOpenFile } from "../win32/open_file.ts";
import type { PipeMode } from "../io/stream/connection.ts";
import { type ErrorHints, toDenoError } from "../io/deno_error.ts";
import { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { security } from "../io/object/security.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { isWine } from "../win32/wine.ts";

/** The direction of the data, seen from this end. */
export type PipeAccess = "read" | "write" | "read-write";

/** How to create the instances of a pipe. */
export interface InstanceOptions {
  readonly path: string;
  readonly mode: PipeMode;
  readonly access: PipeAccess;
  readonly maxInstances: number;
  readonly allowRemote: boolean;
  readonly inputBuffer: number;
  readonly outputBuffer: number;
  readonly sddl: string | undefined;
}

const PIPE_ACCESS = { "read": 1, "write": 2, "read-write": 3 } as const;
const SECURITY_ANONYMOUS = 0x0010_0000;

/** The value of `maxInstances` that means any number in Windows. */
export const PIPE_UNLIMITED_INSTANCES = 255;

const MODE = {
  byte: 0,
  message: PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE,
} as const;

/**
 * Creates the first instance. It fails if the name is taken, so no other
 * program can already own the pipe and receive our clients.
 *
 * Windows checks this by FILE_FLAG_FIRST_PIPE_INSTANCE. Wine ignores the flag.
 * There, the name is probed before, which keeps us from taking a client of
 * another program, and the instances are counted after, in case two programs
 * start at the same moment.
 */
export function createFirstInstance(
  options: InstanceOptions,
): OverlappedHandle {
  const { path } = options;
  const taken = () =>
    toDenoError(
      `Cannot listen on "${path}"`,
      new Win32Error("CreateNamedPipeW", ERROR.ERROR_ACCESS_DENIED),
      NAME_TAKEN,
    );
  // WaitNamedPipeW waits one clock tick, 15.6 ms, for a busy pipe.
  if (isWine() && pipeExists(path)) throw taken();
  const instance = create(
    options,
    FILE_FLAG_FIRST_PIPE_INSTANCE,
    () => securityIsRefused(options) ? SECURITY_REFUSED : NAME_TAKEN,
  );
  // An end that only writes has no right to count instances.
  if (options.access === "write" || countInstances(instance) === 1) {
    return instance;
  }
  instance.close();
  throw taken();
}

/** Creates a further instance. */
export function createInstance(options: InstanceOptions): OverlappedHandle {
  return create(
    options,
    0,
    () => options.sddl === undefined ? NAME_REFUSED : INSTANCE_REFUSED,
  );
}

/**
 * Whether `error` of {@linkcode createInstance} means "not yet":
 * CreateNamedPipeW fails with ERROR_PIPE_BUSY. An instance counts until both of
 * its ends are closed, so a client that keeps its end open keeps its place
 * (ReactOS: npfs, NpSetClosingPipeState and NpCreateExistingNamedPipe).
 */
export function isFull(error: unknown): boolean {
  return error instanceof Deno.errors.Busy;
}

/** Whether `error` of {@linkcode createFirstInstance} means that the name is taken. */
export function isTaken(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse;
}

/**
 * The state of the servers of `path`, without connecting to it: `"listens"` if
 * one waits for a client, `"serves"` if all have clients, undefined if there is
 * none. If only clients are left, no new client can connect (ReactOS: npfs,
 * NpFsdCreate).
 */
export function serverState(path: string): "listens" | "serves" | undefined {
  const { raw } = kernel32();
  if (raw.WaitNamedPipeW(toUtf16(path), 1) !== 0) return "listens";
  const pipe = tryOpenFile(path, FILE_READ_ATTRIBUTES, SECURITY_ANONYMOUS);
  if (typeof pipe === "bigint") {
    raw.CloseHandle(pipe);
    return "listens";
  }
  return pipe.code === ERROR.ERROR_FILE_NOT_FOUND ? undefined : "serves";
}

/**
 * Windows reports "access denied" both for a taken name and for a refused
 * security descriptor, such as one with another user's group (Wine's
 * ntdll/tests/pipe.c, test_security_info). An attempt with another name shows
 * which it is.
 */
function securityIsRefused(options: InstanceOptions): boolean {
  try {
    const path = `\\\\.\\pipe\\winipc-${crypto.randomUUID()}`;
    create({ ...options, path }, 0, () => NAME_REFUSED).close();
    return false;
  } catch {
    return true;
  }
}

function create(
  options: InstanceOptions,
  flags: number,
  hints: () => ErrorHints,
): OverlappedHandle {
  const { path, mode, access, maxInstances, allowRemote, sddl } = options;
  using secured = security(sddl);
  try {
    return new OverlappedHandle(
      kernel32().call.CreateNamedPipeW(
        toUtf16(path),
        PIPE_ACCESS[access] | FILE_FLAG_OVERLAPPED | flags,
        MODE[mode] | (allowRemote ? 0 : PIPE_REJECT_REMOTE_CLIENTS),
        maxInstances,
        options.outputBuffer,
        options.inputBuffer,
        0,
        secured.attributes,
      ),
      `The pipe "${path}"`,
    );
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw toDenoError(`Cannot listen on "${path}"`, error, hints());
  }
}

function countInstances(instance: OverlappedHandle): number {
  const count = new Uint32Array(1);
  kernel32().call.GetNamedPipeHandleStateW(
    instance.raw,
    null,
    count,
    0n,
    0n,
    0n,
    0,
  );
  return count[0]!;
}

/**
 * Waits for the client of `instance`. A client that has already come, or come
 * and left, is valid: its data can be read.
 */
export async function awaitClient(
  instance: OverlappedHandle,
  path: string,
): Promise<void> {
  await instance.run({
    size: 0,
    begin: ({ overlapped }) =>
      kernel32().raw.ConnectNamedPipe(instance.raw, overlapped),
    end: ({ code }) => {
      switch (code) {
        case ERROR.ERROR_SUCCESS:
        case ERROR.ERROR_PIPE_CONNECTED: // The client came before the call.
        case ERROR.ERROR_NO_DATA: // It came and left; its data can still be read.
          return;
      }
      throw toDenoError(
        `Cannot accept on "${path}"`,
        new Win32Error("ConnectNamedPipe", code),
      );
    },
  }, {});
}

/**
 * Whether there is a pipe `path`, without connecting to it. A pipe without a
 * server still exists while a client has its end open.
 */
function pipeExists(path: string): boolean {
  try {
    kernel32().call.WaitNamedPipeW(toUtf16(path), 1);
    return true;
  } catch (error) {
    return error instanceof Win32Error &&
      error.code !== ERROR.ERROR_FILE_NOT_FOUND;
  }
}

const TAKEN = [
  Deno.errors.AddrInUse,
  "the name is taken, by another listener or by clients of one that has gone",
] as const;
const NAME_TAKEN: ErrorHints = {
  [ERROR.ERROR_ACCESS_DENIED]: TAKEN,
  [ERROR.ERROR_PIPE_BUSY]: TAKEN,
};
const NAME_REFUSED: ErrorHints = {
  [ERROR.ERROR_ACCESS_DENIED]: "Windows denies access to the name",
};
const FOREIGN =
  "Windows refuses the sddl: the owner (O:) and group (G:) must belong to this process' user";
const SECURITY_REFUSED: ErrorHints = {
  [ERROR.ERROR_ACCESS_DENIED]: FOREIGN,
  [ERROR.ERROR_INVALID_OWNER]: [Deno.errors.PermissionDenied, FOREIGN],
  [ERROR.ERROR_INVALID_PRIMARY_GROUP]: [Deno.errors.PermissionDenied, FOREIGN],
};
// Each further instance takes FILE_CREATE_PIPE_INSTANCE and the access rights
// of the server's end (Microsoft: Named Pipe Security and Access Rights).
const INSTANCE_REFUSED: ErrorHints = {
  [ERROR.ERROR_ACCESS_DENIED]:
    'the sddl does not let this process create further instances of its own pipe; add its user with all rights, as "(A;;GA;;;OW)" does for the owner',
};
