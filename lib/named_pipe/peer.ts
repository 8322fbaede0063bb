/**
 * Who is at the other end of a pipe.
 *
 * @module
 */

import { attempt } from "../io/failure.ts";
import { advapi32 } from "../win32/advapi32.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyOut, free } from "../win32/memory.ts";
import { fromWide } from "../win32/wide.ts";

/** Which end of a pipe a connection is. */
export type PipeRole = "server" | "client";

/** The process at the other end. */
export interface PipePeer {
  /** Its process id; 0 for a process on another computer. */
  readonly pid: number;
  /** Its Terminal Services session. */
  readonly sessionId: number;
  /** The computer it runs on, where that is another one. Only a server can tell. */
  readonly computer: string | undefined;
}

/** A Windows account. */
export interface PipeUser {
  /** The account's name. */
  readonly name: string;
  /** The computer or domain that knows it. */
  readonly domain: string;
}

const TOKEN_QUERY = 8;
const TOKEN_USER_CLASS = 1;
const MAX_COMPUTER_NAME = 256;

/** The process at the other end of `pipe`, of which we are `role`. */
export function peerOf(pipe: bigint, role: PipeRole, name: string): PipePeer {
  const { call } = kernel32();
  const pid = new Uint32Array(1);
  const sessionId = new Uint32Array(1);
  return attempt(`Cannot tell who is at the other end of "${name}"`, () => {
    if (role === "server") {
      call.GetNamedPipeClientProcessId(pipe, pid);
      call.GetNamedPipeClientSessionId(pipe, sessionId);
    } else {
      call.GetNamedPipeServerProcessId(pipe, pid);
      call.GetNamedPipeServerSessionId(pipe, sessionId);
    }
    return {
      pid: pid[0]!,
      sessionId: sessionId[0]!,
      computer: role === "server" ? computerOf(pipe) : undefined,
    };
  });
}

/**
 * Runs `scope` as the client's user on this thread. Contract: `scope` is
 * synchronous, because what runs after an `await` would run as somebody else.
 */
export function asClient<T>(pipe: bigint, name: string, scope: () => T): T {
  const { call } = advapi32();
  attempt(
    `Cannot impersonate the client of "${name}"`,
    () => call.ImpersonateNamedPipeClient(pipe),
    {
      [ERROR.ERROR_CANNOT_IMPERSONATE]: [
        Deno.errors.PermissionDenied,
        "read from the pipe first, Windows wants to see that the client writes",
      ],
    },
  );
  let result: T;
  try {
    result = scope();
  } finally {
    call.RevertToSelf();
  }
  if (result instanceof Promise) {
    throw new TypeError(
      "Cannot impersonate over an await: do the work of the scope synchronously",
    );
  }
  return result;
}

/** The user whom this thread impersonates. */
export function impersonatedUser(): PipeUser {
  const { call } = advapi32();
  const token = new BigUint64Array(1);
  call.OpenThreadToken(
    kernel32().raw.GetCurrentThread(),
    TOKEN_QUERY,
    1,
    token,
  );
  try {
    return userOf(token[0]!);
  } finally {
    kernel32().raw.CloseHandle(token[0]!);
  }
}

/** TOKEN_USER begins with the address of the SID, which stands behind it in the same memory. */
function userOf(token: bigint): PipeUser {
  const { call } = advapi32();
  const size = 256;
  const memory = allocate(size);
  try {
    const needed = new Uint32Array(1);
    call.GetTokenInformation(token, TOKEN_USER_CLASS, memory, size, needed);
    const sid = new BigUint64Array(1);
    copyOut(memory, new Uint8Array(sid.buffer));
    const name = new Uint8Array(512);
    const domain = new Uint8Array(512);
    const nameLength = new Uint32Array([256]);
    const domainLength = new Uint32Array([256]);
    call.LookupAccountSidW(
      0n,
      sid[0]!,
      name,
      nameLength,
      domain,
      domainLength,
      new Uint32Array(1),
    );
    return { name: fromWide(name), domain: fromWide(domain) };
  } finally {
    free(memory);
  }
}

function computerOf(pipe: bigint): string | undefined {
  const name = new Uint8Array(2 * MAX_COMPUTER_NAME);
  try {
    kernel32().call.GetNamedPipeClientComputerNameW(
      pipe,
      name,
      name.byteLength,
    );
  } catch (error) {
    const local = error instanceof Win32Error &&
      (error.code === ERROR.ERROR_PIPE_LOCAL ||
        error.code === ERROR.ERROR_PROC_NOT_FOUND);
    if (!local) throw error;
    return undefined;
  }
  return fromWide(name) || undefined;
}
