/**
 * One instance of a pipe's server end: created, and waiting for its client.
 *
 * @module
 */

import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { type PipeMode } from "../io/connection.ts";
import { attempt, failure, type Reasons } from "../io/failure.ts";
import { OverlappedHandle } from "../io/overlapped.ts";
import { security } from "../io/security.ts";
import { toWide } from "../win32/wide.ts";

/** Which way data may go, seen from the end that says so. */
export type PipeAccess = "read" | "write" | "read-write";

/** How the instances of a pipe are made. */
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
const FILE_FLAG_FIRST_PIPE_INSTANCE = 0x0008_0000;
const FILE_FLAG_OVERLAPPED = 0x4000_0000;
const PIPE_READMODE_MESSAGE = 2;
const PIPE_TYPE_MESSAGE = 4;
const PIPE_REJECT_REMOTE_CLIENTS = 8;

/** What `maxInstances` stands for "any number" in Windows. */
export const PIPE_UNLIMITED_INSTANCES = 255;

const MODE = {
  byte: 0,
  message: PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE,
} as const;

/**
 * Creates an instance. The first one fails when the name is taken, so that no
 * other program can have been there before to receive our clients.
 */
export function createInstance(
  options: InstanceOptions,
  first: boolean,
): OverlappedHandle {
  const { path, mode, access, maxInstances, allowRemote, sddl } = options;
  using secured = security(sddl);
  const { call } = kernel32();
  return attempt(
    `Cannot listen on "${path}"`,
    () =>
      new OverlappedHandle(
        call.CreateNamedPipeW(
          toWide(path),
          PIPE_ACCESS[access] | FILE_FLAG_OVERLAPPED |
            (first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0),
          MODE[mode] | (allowRemote ? 0 : PIPE_REJECT_REMOTE_CLIENTS),
          maxInstances,
          options.outputBuffer,
          options.inputBuffer,
          0,
          secured.attributes,
        ),
        `The pipe "${path}"`,
      ),
    first ? firstInstanceReasons(path) : undefined,
  );
}

/**
 * Waits for the client of `instance`. One that came before, or that came and
 * left again, is a client like any other: what it wrote can be read.
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
        case ERROR.ERROR_PIPE_CONNECTED:
        case ERROR.ERROR_NO_DATA:
          return;
      }
      throw failure(
        `Cannot accept on "${path}"`,
        new Win32Error("ConnectNamedPipe", code),
      );
    },
  }, {});
}

/** Windows says "access denied" for a taken name, and for a name that one may not use. */
function firstInstanceReasons(path: string): Reasons {
  return {
    [ERROR.ERROR_PIPE_BUSY]: [Deno.errors.AddrInUse, "the name is taken"],
    get [ERROR.ERROR_ACCESS_DENIED]() {
      return pipeExists(path)
        ? [Deno.errors.AddrInUse, "the name is taken"] as const
        : "Windows refuses the name";
    },
  };
}

/** Whether somebody listens on `path`, without connecting to it. */
export function pipeExists(path: string): boolean {
  try {
    kernel32().call.WaitNamedPipeW(toWide(path), 1);
    return true;
  } catch (error) {
    return error instanceof Win32Error &&
      error.code !== ERROR.ERROR_FILE_NOT_FOUND;
  }
}
