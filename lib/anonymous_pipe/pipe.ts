/**
 * Anonymous pipes: one process creates both ends and may pass one to a child.
 *
 * Windows' own anonymous pipes (`CreatePipe`) do not support overlapped
 * operations. So these are named pipes with an unguessable name and a single
 * instance, which is connected immediately. Windows' `CreatePipe` does the
 * same.
 *
 * @module
 */

import { BlockingHandle } from "../io/overlapped/blocking_handle.ts";
import type { IoHandle } from "../io/overlapped/io_handle.ts";
import { checkChoice, checkInteger } from "../io/checks.ts";
import { type ErrorHints, wrapWin32Error } from "../io/deno_error.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { OverlappedHandle } from "../io/overlapped/overlapped_handle.ts";
import {
  FILE_FLAG_FIRST_PIPE_INSTANCE,
  FILE_FLAG_OVERLAPPED,
  FILE_READ_ATTRIBUTES,
  FILE_WRITE_ATTRIBUTES,
  GENERIC_READ,
  GENERIC_WRITE,
  PIPE_REJECT_REMOTE_CLIENTS,
} from "../win32/constants.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { openFile } from "../win32/open_file.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { AnonymousPipeEnd, type AnonymousPipeRole } from "./end.ts";

/** The options of {@linkcode createAnonymousPipe}. */
export interface CreateAnonymousPipeOptions {
  /**
   * The end that a child inherits, as an ordinary synchronous handle, which
   * programs expect. `"both"` connects two children. With `"none"`, both ends
   * are overlapped and stay here.
   *
   * This process can read and write a child's end too, but a pending operation
   * then blocks one of the few threads that Deno has for such calls (four for
   * each processor).
   *
   * @default {"none"}
   */
  inheritable?: AnonymousPipeRole | "both" | "none" | undefined;
  /**
   * The least number of unread bytes that Windows buffers. A writer waits when
   * the buffer is full.
   *
   * @default {65536}
   */
  bufferSize?: number | undefined;
}

/** Both ends of an anonymous pipe. `using` closes them. */
export interface AnonymousPipe extends Disposable, AsyncDisposable {
  /** The reading end. */
  readonly read: AnonymousPipeEnd;
  /** The writing end. */
  readonly write: AnonymousPipeEnd;
  /** Closes both ends. Safe to call twice. */
  close(): void;
}

const PIPE_ACCESS = { read: 1, write: 2 } as const;
const ACCESS = {
  read: GENERIC_READ + FILE_WRITE_ATTRIBUTES,
  write: GENERIC_WRITE + FILE_READ_ATTRIBUTES,
} as const;
const DEFAULT_BUFFER = 65536;

/**
 * Creates an anonymous pipe: bytes written at one end are read at the other.
 * {@linkcode spawn} passes the inheritable end to a child and closes it here;
 * otherwise the reader would never reach the end.
 *
 * Calls `CreateNamedPipeW` and `CreateFileW`, with 122 random bits in the name,
 * and refuses remote clients. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the library
 * @throws {TypeError} for a bad option, {@linkcode RangeError} for a size out
 * of range
 *
 * @example A child whose stdout is the pipe
 * ```ts
 * import { createAnonymousPipe, spawn } from "@winipc/winipc";
 *
 * using pipe = createAnonymousPipe({ inheritable: "write" });
 * await using child = spawn("cmd.exe", {
 *   args: ["/c", "echo", "hello"],
 *   stdout: pipe.write,
 * });
 * console.log(await new Response(pipe.read.readable).text());
 * console.log((await child.status).code);
 * ```
 */
export function createAnonymousPipe(
  options: CreateAnonymousPipeOptions = {},
): AnonymousPipe {
  const { inheritable = "none", bufferSize = DEFAULT_BUFFER } = options;
  checkChoice("inheritable", inheritable, ["read", "write", "both", "none"]);
  checkInteger("bufferSize", bufferSize, 1, 0x7fff_ffff);
  useNative("anonymous-pipe");
  const { read, write } = createPipe(inheritable, bufferSize);
  const close = () => {
    read.close();
    write.close();
  };
  return {
    read,
    write,
    close,
    [Symbol.dispose]: close,
    async [Symbol.asyncDispose]() {
      close();
      await read[Symbol.asyncDispose]();
      await write[Symbol.asyncDispose]();
    },
  };
}

/** Creates both ends, after the arguments are checked and native access is open. */
export function createPipe(
  inheritable: "read" | "write" | "both" | "none",
  bufferSize: number = DEFAULT_BUFFER,
): { read: AnonymousPipeEnd; write: AnonymousPipeEnd } {
  const name = `\\\\.\\pipe\\winipc-anonymous-${crypto.randomUUID()}`;
  const flags = (role: AnonymousPipeRole) =>
    inheritable === role || inheritable === "both" ? 0 : FILE_FLAG_OVERLAPPED;
  // Children expect rights that only the end that opens the pipe can ask for.
  const [maker, opener] = inheritable === "read"
    ? ["write", "read"] as const
    : ["read", "write"] as const;
  const made = wrapWin32Error(ACTION, () =>
    kernel32().call.CreateNamedPipeW(
      toUtf16(name),
      PIPE_ACCESS[maker] | FILE_FLAG_FIRST_PIPE_INSTANCE | flags(maker),
      PIPE_REJECT_REMOTE_CLIENTS,
      1,
      bufferSize,
      bufferSize,
      0,
      null,
    ));
  const first = owned(made, name, maker, flags(maker));
  try {
    const opened = wrapWin32Error(
      ACTION,
      () => openFile(name, ACCESS[opener], flags(opener)),
      TAKEN,
    );
    const second = owned(opened, name, opener, flags(opener));
    return maker === "read"
      ? { read: first, write: second }
      : { read: second, write: first };
  } catch (error) {
    first.close();
    throw error;
  }
}

function owned(
  raw: bigint,
  name: string,
  role: AnonymousPipeRole,
  flags: number,
): AnonymousPipeEnd {
  const what = `The ${
    role === "read" ? "reading" : "writing"
  } end of "${name}"`;
  const channel: IoHandle = flags === 0
    ? new BlockingHandle(raw, what)
    : new OverlappedHandle(raw, what);
  return new AnonymousPipeEnd(name, channel, role);
}

const ACTION = "Cannot create an anonymous pipe";

const TAKEN: ErrorHints = {
  [ERROR.ERROR_PIPE_BUSY]: "another program has taken its other end",
};
