/**
 * The process and the user at the other end of a pipe.
 *
 * @module
 */

import { type ErrorHints, wrapWin32Error } from "../io/deno_error.ts";
import { advapi32 } from "../win32/advapi32.ts";
import { bindAll } from "../win32/binding.ts";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { allocate, copyOut, free } from "../win32/memory.ts";
import { fromUtf16 } from "../win32/utf16.ts";

/** Which end of a pipe a connection is. */
export type PipeRole = "server" | "client";

/** The process at the other end. */
export interface PipePeer {
  /**
   * Its process id, as Windows reports it. It has no meaning for a client on
   * another computer, which has a `computer`. It does not prove who the other
   * side is: the process may have passed its handle on or have ended, and
   * another one may have its id by now. Decide by `sddl` and
   * {@linkcode PipeConnection.peerUser}.
   */
  readonly pid: number;
  /** Its Terminal Services session. */
  readonly sessionId: number;
  /** The other computer's name; only a server can ask for it. */
  readonly computer: string | undefined;
}

/** A Windows account. */
export interface PipeUser {
  /** The account's name. */
  readonly name: string;
  /** The computer or domain of the account. */
  readonly domain: string;
}

const TOKEN_QUERY = 8;
const TOKEN_USER_CLASS = 1;
/** A TOKEN_USER with the longest SID (68 bytes) takes 84. */
const TOKEN_USER_SIZE = 256;
const MAX_COMPUTER_NAME = 256;

/**
 * The process id of the server, for a client that has just connected; undefined
 * if Windows does not know it.
 */
export function serverOf(pipe: bigint): PipePeer | undefined {
  const { raw } = kernel32();
  const pid = new Uint32Array(1);
  const sessionId = new Uint32Array(1);
  const known = raw.GetNamedPipeServerProcessId(pipe, pid) !== 0 &&
    raw.GetNamedPipeServerSessionId(pipe, sessionId) !== 0;
  return known
    ? { pid: pid[0]!, sessionId: sessionId[0]!, computer: undefined }
    : undefined;
}

/** Returns the process at the other end of `pipe`, whose end `role` is ours. */
export function peerOf(pipe: bigint, role: PipeRole, name: string): PipePeer {
  const { call } = kernel32();
  const pid = new Uint32Array(1);
  const sessionId = new Uint32Array(1);
  return wrapWin32Error(
    `Cannot tell who is at the other end of "${name}"`,
    () => {
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
    },
  );
}

/**
 * Runs `scope` as the client's user on this thread. `scope` must be
 * synchronous, because code after an `await` would run as another user.
 *
 * All functions of the libraries in use are bound before: binding one opens a
 * file, which would happen with the client's rights inside the scope.
 */
export function asClient<T>(pipe: bigint, name: string, scope: () => T): T {
  const { call } = advapi32();
  bindAll();
  wrapWin32Error(
    `Cannot impersonate the client of "${name}"`,
    () => call.ImpersonateNamedPipeClient(pipe),
    {
      [ERROR.ERROR_CANNOT_IMPERSONATE]: [
        Deno.errors.PermissionDenied,
        "read from the pipe first; Windows requires it",
      ],
    },
  );
  let result: T;
  try {
    result = scope();
  } finally {
    revert();
  }
  if (result instanceof Promise) {
    throw new TypeError(
      "Cannot impersonate over an await: do the work of the scope synchronously",
    );
  }
  return result;
}

/**
 * Ends the impersonation, or the process: "If RevertToSelf fails, your
 * application continues to run in the context of the client, which is not
 * appropriate. You should shut down the process" (Microsoft: RevertToSelf).
 * `Deno.exit` would first run the program's `unload` listeners as the client.
 */
function revert(): void {
  if (advapi32().raw.RevertToSelf() !== 0) return;
  const { GetCurrentProcess, TerminateProcess } = kernel32().raw;
  const message =
    "winipc: RevertToSelf failed, so that this thread would go on with the rights of a pipe's client; the process ends\n";
  Deno.stderr.writeSync(new TextEncoder().encode(message));
  TerminateProcess(GetCurrentProcess(), 1);
}

/**
 * Returns the client's account. Only its token is opened with the client's
 * rights: "GetUserName will fail while impersonating at identify level. The
 * workaround is to impersonate, OpenThreadToken, revert, call
 * GetTokenInformation, and finally, call LookupAccountSid" (Microsoft:
 * Impersonation-Level Constants, RPC_C_IMP_LEVEL_IDENTIFY). Clients allow that
 * level by default.
 */
export function userOfClient(pipe: bigint, name: string): PipeUser {
  const token = new BigUint64Array(1);
  const code = asClient(pipe, name, () => {
    const thread = kernel32().raw.GetCurrentThread();
    return advapi32().raw.OpenThreadToken(thread, TOKEN_QUERY, 1, token) === 0
      ? lastErrorCode()
      : ERROR.ERROR_SUCCESS;
  });
  return wrapWin32Error(`Cannot tell the user of "${name}"`, () => {
    if (code !== ERROR.ERROR_SUCCESS) {
      throw new Win32Error("OpenThreadToken", code);
    }
    try {
      return accountOf(token[0]!);
    } finally {
      kernel32().raw.CloseHandle(token[0]!);
    }
  }, USER_HINTS);
}

/**
 * TOKEN_USER begins with the address of the SID, which follows it in the same
 * memory.
 */
function accountOf(token: bigint): PipeUser {
  const { call } = advapi32();
  const memory = allocate(TOKEN_USER_SIZE);
  try {
    call.GetTokenInformation(
      token,
      TOKEN_USER_CLASS,
      memory,
      TOKEN_USER_SIZE,
      new Uint32Array(1),
    );
    const sid = new BigUint64Array(1);
    copyOut(memory, new Uint8Array(sid.buffer));
    const name = new Uint8Array(512);
    const domain = new Uint8Array(512);
    call.LookupAccountSidW(
      0n,
      sid[0]!,
      name,
      new Uint32Array([256]),
      domain,
      new Uint32Array([256]),
      new Uint32Array(1),
    );
    return { name: fromUtf16(name), domain: fromUtf16(domain) };
  } finally {
    free(memory);
  }
}

const USER_HINTS: ErrorHints = {
  [ERROR.ERROR_CANT_OPEN_ANONYMOUS]: [
    Deno.errors.PermissionDenied,
    "the client connected anonymously",
  ],
  [ERROR.ERROR_NONE_MAPPED]: [
    Deno.errors.NotFound,
    "its account has no name on this computer",
  ],
};

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
  return fromUtf16(name) || undefined;
}
