/**
 * Information about pipes.
 *
 * @module
 */

import type { PipeMode } from "../io/stream/connection.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import { deviceFolder } from "../io/object/device_folder.ts";
import { objectPath } from "../io/object/object_path.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import {
  FILE_READ_ATTRIBUTES,
  GENERIC_READ,
  GENERIC_WRITE,
  PIPE_TYPE_MESSAGE,
} from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { openFile } from "../win32/open_file.ts";

/** The state and settings of a pipe. */
export interface PipeInfo {
  /** The full path. */
  readonly name: string;
  /** The mode that the server created the pipe with. */
  readonly mode: PipeMode;
  /**
   * The size of the buffer for the server's writes, in bytes; 0 if Windows
   * grows it as needed.
   */
  readonly outputBuffer: number;
  /** The size of the buffer for clients' writes, in bytes. */
  readonly inputBuffer: number;
  /** How many instances there are now. */
  readonly instances: number;
  /** The maximum number of instances; Infinity for any number. */
  readonly maxInstances: number;
  /** The process id of the server. */
  readonly serverPid: number;
  /** The Terminal Services session of the server. */
  readonly serverSessionId: number;
}

/** A pipe of this computer. */
export interface ListedPipe {
  /** The bare name. */
  readonly name: string;
  /** How many instances there are. */
  readonly instances: number;
}

const ANONYMOUS = 0x0010_0000;
const UNLIMITED = 255;

/**
 * Returns information about the pipe `name`. It has to connect for that, as an
 * anonymous client that leaves at once; the server notices it. If the pipe has
 * one instance only, other clients find it busy until the server has a new one,
 * and a server for a single client may end.
 *
 * For a pipe of another computer the call blocks the event loop while Windows
 * connects: 20 s and longer if the computer does not answer. Call {@linkcode
 * connectPipe} first, which does not block.
 *
 * Calls `CreateFileW`, `GetNamedPipeInfo`, `GetNamedPipeHandleStateW` and
 * `GetNamedPipeServerProcessId`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when no server listens
 * @throws {Deno.errors.Busy} when all instances are taken
 * @throws {Deno.errors.PermissionDenied} when the server's security descriptor
 * denies access
 *
 * @example
 * ```ts
 * import { listenPipe, pipeInfo } from "@winipc/winipc";
 *
 * await using listener = listenPipe("app");
 * console.log(pipeInfo("app").serverPid === Deno.pid); // true
 * ```
 */
export function pipeInfo(name: string): PipeInfo {
  const path = objectPath("pipe", name);
  useNative("pipe");
  return wrapWin32Error(`Cannot query "${path}"`, () => {
    const pipe = open(path);
    try {
      return describe(path, pipe);
    } finally {
      kernel32().raw.CloseHandle(pipe);
    }
  }, HINTS);
}

/**
 * Lists the named pipes of this computer.
 *
 * Calls `FindFirstFileW` on `\\.\pipe\*`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotSupported} if the system cannot list pipes, as under
 * Wine
 *
 * @example
 * ```ts
 * import { listPipes } from "@winipc/winipc";
 *
 * try {
 *   for (const { name, instances } of listPipes()) console.log(name, instances);
 * } catch (error) {
 *   if (!(error instanceof Deno.errors.NotSupported)) throw error;
 *   console.log("under Wine there is no such list");
 * }
 * ```
 */
export function listPipes(): ListedPipe[] {
  useNative("pipe");
  return deviceFolder("pipe");
}

/** A pipe on which the server only reads cannot be opened for reading. */
function open(path: string): bigint {
  try {
    return openFile(path, GENERIC_READ, ANONYMOUS);
  } catch (error) {
    const denied = error instanceof Win32Error &&
      error.code === ERROR.ERROR_ACCESS_DENIED;
    if (!denied) throw error;
    return openFile(path, GENERIC_WRITE + FILE_READ_ATTRIBUTES, ANONYMOUS);
  }
}

function describe(path: string, pipe: bigint): PipeInfo {
  const { call } = kernel32();
  const out = () => new Uint32Array(1);
  const [flags, output, input, max] = [out(), out(), out(), out()];
  const [instances, pid, session] = [out(), out(), out()];
  call.GetNamedPipeInfo(pipe, flags, output, input, max);
  call.GetNamedPipeHandleStateW(pipe, null, instances, 0n, 0n, 0n, 0);
  call.GetNamedPipeServerProcessId(pipe, pid);
  call.GetNamedPipeServerSessionId(pipe, session);
  return {
    name: path,
    mode: flags[0]! & PIPE_TYPE_MESSAGE ? "message" : "byte",
    outputBuffer: output[0]!,
    inputBuffer: input[0]!,
    instances: instances[0]!,
    maxInstances: max[0]! >= UNLIMITED ? Infinity : max[0]!,
    serverPid: pid[0]!,
    serverSessionId: session[0]!,
  };
}

const HINTS = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "nobody listens there",
  [ERROR.ERROR_PIPE_BUSY]: "all its instances are taken",
};
