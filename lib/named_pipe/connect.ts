/**
 * The client end of a named pipe.
 *
 * @module
 */

import { checkChoice } from "../io/checks.ts";
import type { PipeMode } from "../io/stream/connection.ts";
import { type ErrorHints, toDenoError } from "../io/deno_error.ts";
import { isLocal, objectPath } from "../io/object/object_path.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import { dialRemote } from "../io/remote/dial_remote.ts";
import { retry, SHORT_DELAYS } from "../io/wait/retry.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import {
  FILE_FLAG_OVERLAPPED,
  FILE_READ_ATTRIBUTES,
  FILE_WRITE_ATTRIBUTES,
  PIPE_READMODE_MESSAGE,
  PIPE_TYPE_MESSAGE,
} from "../win32/constants.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { tryOpenFile } from "../win32/open_file.ts";
import { PipeConnection } from "./connection.ts";
import type { PipeAccess } from "./instance.ts";

/**
 * How far a server may act as its client: not at all, know its user, act as it
 * on this computer, or on other computers too.
 */
export type ImpersonationLevel =
  | "anonymous"
  | "identification"
  | "impersonation"
  | "delegation";

/** The options of {@linkcode connectPipe}. */
export interface ConnectPipeOptions extends WaitOptions {
  /**
   * Whether to keep the boundaries between the server's writes. Bytes can be
   * read from a message pipe, but not messages from a byte pipe.
   *
   * @default the mode of the server's pipe; bytes if `access` is `"read"` and
   * the server's security does not let this process choose
   */
  mode?: PipeMode | undefined;
  /**
   * What this end may do. Use `"write"` for a server that only reads, and
   * `"read"` for one that only writes. `"available"` tries both directions,
   * then reading, then writing; {@linkcode PipeConnection.access} returns the
   * result.
   *
   * @default {"read-write"}
   */
  access?: PipeAccess | "available" | undefined;
  /**
   * Waits for a listener if there is none yet, instead of failing with
   * `NotFound`. It tries the name every few milliseconds, because Windows does
   * not announce new pipes.
   *
   * @default {false}
   */
  waitForPeer?: boolean | undefined;
  /**
   * How far the server may act as this process' user. This corresponds to
   * `SECURITY_IDENTIFICATION` and its like.
   *
   * @default {"identification"}
   */
  impersonation?: ImpersonationLevel | undefined;
}

const ACCESS = {
  "read": 0x8000_0000,
  "write": 0x4000_0000,
  "read-write": 0xc000_0000,
} as const;
/** In this order, like libuv (src/win/pipe.c, open_named_pipe). */
const AVAILABLE: readonly PipeAccess[] = ["read-write", "read", "write"];
const SECURITY_SQOS_PRESENT = 0x0010_0000;
/** `SECURITY_IMPERSONATION_LEVEL`; `CreateFileW` takes it shifted. */
const LEVEL = {
  anonymous: 0,
  identification: 1,
  impersonation: 2,
  delegation: 3,
} as const;
const LEVEL_SHIFT = 16;

/**
 * Connects to the pipe `name`: bare (`app`), a full path (`\\.\pipe\app`), or
 * on another computer (`\\server\pipe\app`). It waits while all instances of
 * the pipe are busy. With a `timeout`, it also waits if the pipe disappears
 * meanwhile; with `waitForPeer`, also if no server listens yet.
 *
 * Calls `CreateFileW`; for another computer `NtCreateFile`, on another thread,
 * because Windows may dial for 20 s and longer. `timeout` and `signal` end the
 * wait at once, but Windows keeps connecting, and the program cannot end before
 * that. Needs kernel32.dll, and ntdll.dll for another computer.
 *
 * @throws {Deno.errors.NotFound} when no server listens, without `waitForPeer`
 * @throws {Deno.errors.PermissionDenied} when the server's security descriptor
 * denies access, or the pipe does not allow `access`
 * @throws {TypeError} for a bad name or option, and for message mode on a byte
 * pipe
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { connectPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("app"); // the server, in another process
 *
 * await using connection = await connectPipe("app", { timeout: 5000 });
 * await connection.write(new TextEncoder().encode("hello"));
 * ```
 */
export async function connectPipe(
  name: string,
  options: ConnectPipeOptions = {},
): Promise<PipeConnection> {
  const {
    mode,
    access = "read-write",
    impersonation = "identification",
  } = options;
  const path = objectPath("pipe", name);
  if (mode !== undefined) checkChoice("mode", mode, ["byte", "message"]);
  checkChoice("access", access, [...Object.keys(ACCESS), "available"]);
  checkChoice("impersonation", impersonation, Object.keys(LEVEL));
  checkWait(options);
  useNative("pipe", isLocal(path) ? [] : ["remote"]);
  const accesses = access === "available" ? AVAILABLE : [access];
  const request: OpenRequest = { path, mode, impersonation };
  let { waitForPeer: waitsForPeer = false } = options;
  let timeoutReason = "Windows did not reach it";
  const wait = withTimeoutMessage(
    options,
    () => `Cannot connect to "${path}": ${timeoutReason}`,
  );
  return await retry(wait, SHORT_DELAYS, async (left) => {
    const tried = await openFirstAllowed(request, accesses, left);
    if (!(tried instanceof Win32Error)) return toConnection(tried, request);
    const busy = tried.code === ERROR.ERROR_PIPE_BUSY;
    // A busy pipe can disappear between its last instance and the next one, so
    // a client with a time limit keeps waiting.
    waitsForPeer ||= busy && wait.timeout !== undefined;
    const isRetryable = busy ||
      waitsForPeer && tried.code === ERROR.ERROR_FILE_NOT_FOUND;
    if (!isRetryable) {
      throw toDenoError(`Cannot connect to "${path}"`, tried, CONNECT_HINTS);
    }
    timeoutReason = busy
      ? "all its instances are taken, and none came free"
      : "nobody listened";
    // WaitNamedPipeW would block one of few threads for each client, and
    // guarantees nothing: another client may take the instance first.
  });
}

/** Which pipe to open, and how. */
interface OpenRequest {
  readonly path: string;
  readonly mode: PipeMode | undefined;
  readonly impersonation: ImpersonationLevel;
}

/** A client's end. */
interface OpenedPipe {
  readonly raw: bigint;
  readonly access: PipeAccess;
  /** Whether this end may change its read mode. */
  readonly canSetMode: boolean;
}

/** Opens the pipe with the first of `accesses` that is not refused. */
async function openFirstAllowed(
  request: OpenRequest,
  accesses: readonly PipeAccess[],
  options: WaitOptions,
): Promise<OpenedPipe | Win32Error> {
  let refused: Win32Error | undefined;
  for (const access of accesses) {
    const tried = await openWithRights(request, access, options);
    const denied = tried instanceof Win32Error &&
      tried.code === ERROR.ERROR_ACCESS_DENIED;
    if (!denied) return tried;
    refused ??= tried;
  }
  return refused!;
}

/**
 * Setting the read mode takes FILE_WRITE_ATTRIBUTES (Microsoft:
 * SetNamedPipeHandleState), which is part of the right to write. A client that
 * only reads has to ask for it, and the default security grants it only to the
 * server's own user (Microsoft: Named Pipe Security and Access Rights).
 */
async function openWithRights(
  request: OpenRequest,
  access: PipeAccess,
  options: WaitOptions,
): Promise<OpenedPipe | Win32Error> {
  const rights = ACCESS[access];
  const extra = modeRights(access, request.mode);
  const raw = await openPipe(request, rights + extra, options);
  if (typeof raw === "bigint") {
    return { raw, access, canSetMode: access !== "read" || extra !== 0 };
  }
  if (extra === 0 || raw.code !== ERROR.ERROR_ACCESS_DENIED) return raw;
  const less = await openPipe(request, rights, options);
  return typeof less === "bigint"
    ? { raw: less, access, canSetMode: false }
    : less;
}

/**
 * The access rights for reading the pipe's mode (Microsoft: GetNamedPipeInfo,
 * hNamedPipe), and for setting it.
 */
function modeRights(access: PipeAccess, mode: PipeMode | undefined): number {
  switch (access) {
    case "read":
      return mode === "byte" ? 0 : FILE_WRITE_ATTRIBUTES;
    case "write":
      return mode === undefined ? FILE_READ_ATTRIBUTES : 0;
    case "read-write":
      return 0;
  }
}

function openPipe(
  { path, impersonation }: OpenRequest,
  access: number,
  options: WaitOptions,
): bigint | Win32Error | Promise<bigint | Win32Error> {
  const level = LEVEL[impersonation];
  if (!isLocal(path)) {
    const opening = { access, share: 0, impersonation: level };
    return dialRemote(path, opening, options);
  }
  return tryOpenFile(
    path,
    access,
    FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | level << LEVEL_SHIFT,
  );
}

function toConnection(
  { raw, access, canSetMode }: OpenedPipe,
  { path, mode: wanted }: OpenRequest,
): PipeConnection {
  const handle = new OverlappedHandle(raw, `The connection to "${path}"`);
  const as = (mode: PipeMode) =>
    new PipeConnection(path, mode, handle, { role: "client", access });
  try {
    const mode = wanted ?? (canSetMode ? modeOf(raw) : "byte");
    if (mode === "message") {
      kernel32().call.SetNamedPipeHandleState(
        raw,
        new Uint32Array([PIPE_READMODE_MESSAGE]),
        0n,
        0n,
      );
    }
    return as(mode);
  } catch (error) {
    // Disconnected before the first read, which then reaches the end.
    if (
      error instanceof Win32Error &&
      error.code === ERROR.ERROR_PIPE_NOT_CONNECTED
    ) {
      return as(wanted ?? "byte");
    }
    handle.close();
    if (!(error instanceof Win32Error)) throw error;
    throw toDenoError(`Cannot connect to "${path}"`, error, MODE_HINTS);
  }
}

function modeOf(raw: bigint): PipeMode {
  const flags = new Uint32Array(1);
  kernel32().call.GetNamedPipeInfo(raw, flags, null, null, null);
  return flags[0]! & PIPE_TYPE_MESSAGE ? "message" : "byte";
}

const CONNECT_HINTS: ErrorHints = {
  [ERROR.ERROR_FILE_NOT_FOUND]: "nobody listens there",
  [ERROR.ERROR_ACCESS_DENIED]:
    "the server's security, or the direction of the pipe, does not allow it",
};

const MODE_HINTS: ErrorHints = {
  [ERROR.ERROR_INVALID_PARAMETER]: [
    TypeError,
    "it is a byte pipe, not a message pipe; connect in byte mode",
  ],
  [ERROR.ERROR_ACCESS_DENIED]:
    "the server's security does not let a client that only reads take messages (FILE_WRITE_ATTRIBUTES); read bytes",
};
