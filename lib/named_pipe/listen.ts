/**
 * Listening on a named pipe.
 *
 * @module
 */

import { checkBoolean, checkChoice, checkSize } from "../io/checks.ts";
import type { PipeMode } from "../io/stream/connection.ts";
import { isLocal, objectPath } from "../io/object/object_path.ts";
import { retry } from "../io/wait/retry.ts";
import { useSecured } from "../io/object/security.ts";
import {
  checkWait,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import {
  type InstanceOptions,
  isTaken,
  PIPE_UNLIMITED_INSTANCES,
  type PipeAccess,
} from "./instance.ts";
import { PipeListener } from "./listener.ts";

/** The options of {@linkcode listenPipe}. */
export interface ListenPipeOptions {
  /**
   * Whether to keep the boundaries between writes. This corresponds to
   * `PIPE_TYPE_MESSAGE` and `PIPE_READMODE_MESSAGE`.
   *
   * @default {"byte"}
   */
  mode?: PipeMode | undefined;
  /**
   * What this end may do. This corresponds to `PIPE_ACCESS_INBOUND`,
   * `PIPE_ACCESS_OUTBOUND` and `PIPE_ACCESS_DUPLEX`.
   *
   * @default {"read-write"}
   */
  access?: PipeAccess | undefined;
  /**
   * How many clients may be connected at once. Further clients get
   * `ERROR_PIPE_BUSY` and may wait. 255 or more means any number.
   *
   * With a limit:
   * - The listener creates all instances at once and reuses them, so that no
   *   other program can create one.
   * - A closed connection is flushed and disconnected (`FlushFileBuffers`,
   *   `DisconnectNamedPipe`). At the end, its client reads
   *   `ERROR_PIPE_NOT_CONNECTED` instead of `ERROR_BROKEN_PIPE`.
   * - A client that neither reads nor closes keeps its instance for 30 s, then
   *   loses its unread data; if two others already do this, until it closes.
   * - A connection that a child inherited, or that was never closed, is not
   *   reused: once both ends are closed, any program may take its place.
   *
   * Without a limit, another program of the same user may add instances, and
   * some clients then connect to it. Programs of other users may not, unless
   * `sddl` lets them.
   *
   * @default {Infinity}
   */
  maxInstances?: number | undefined;
  /**
   * How many instances wait for clients, so that clients that connect at the
   * same moment all find one. With `maxInstances`, all free ones wait.
   *
   * @default {16}
   */
  backlog?: number | undefined;
  /**
   * Accepts clients from other computers. Without it,
   * `PIPE_REJECT_REMOTE_CLIENTS` keeps them out.
   *
   * @default {false}
   */
  allowRemote?: boolean | undefined;
  /**
   * The size of the buffer for data that clients have written and we have not
   * read, in bytes for each client.
   *
   * @default {262144}
   */
  inputBuffer?: number | undefined;
  /**
   * The size of the buffer for data that we have written and a client has not
   * read, in bytes for each client.
   *
   * @default {262144}
   */
  outputBuffer?: number | undefined;
  /**
   * Who may connect, as a security descriptor string. Needs advapi32. By
   * default, the creator, the system and administrators may read and write, and
   * everyone else may read.
   *
   * `"D:(A;;GA;;;OW)(A;;0x12019b;;;WD)"` lets everyone connect, read and write.
   * The number is `FILE_GENERIC_READ` and `FILE_GENERIC_WRITE` without
   * `FILE_CREATE_PIPE_INSTANCE`. With `GA` or `GW` instead, everyone could also
   * create instances of the pipe and take its clients.
   *
   * It also says who may create further instances, this process included:
   * without all rights for its own user, `"(A;;GA;;;OW)"`, `listenPipe` throws
   * {@linkcode Deno.errors.PermissionDenied} for more than one.
   *
   * The pipe of a program that runs as administrator belongs to the group of
   * administrators. Other programs of the same user may then only read from it,
   * unless the descriptor allows more. `"D:(A;;GA;;;OW)(A;;0x12019b;;;IU)"`
   * allows all users who are logged on here.
   */
  sddl?: string | undefined;
}

/** The options of {@linkcode listenPipe} that wait for a name. */
export interface WaitForNameOptions extends ListenPipeOptions, WaitOptions {
  /** How long to wait for the name if it is taken, in ms. */
  timeout: number;
}

const RETRY_DELAYS = { min: 1, max: 64 };

/**
 * Listens on the pipe `name`: bare (`app`), or a full path (`\\.\pipe\app`).
 *
 * Calls `CreateNamedPipeW` with `FILE_FLAG_FIRST_PIPE_INSTANCE`, so a name that
 * another program owns is refused instead of shared. Needs kernel32.dll, and
 * advapi32.dll for `sddl`.
 *
 * A name stays taken while any client of a former listener has its end open,
 * even if that listener has crashed. With a `timeout` the function waits for
 * the name and returns a promise, which rejects with a `TimeoutError` or the
 * reason of `signal`.
 *
 * Close the listener before its Worker ends: the name would stay taken until
 * the process ends, and clients would wait.
 *
 * @throws {Deno.errors.AddrInUse} when the name is taken
 * @throws {Deno.errors.PermissionDenied} when Windows refuses the `sddl`, or it
 * denies access to this process
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 *
 * @example A server that prints what its clients send
 * ```ts
 * import { connectPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("echo");
 * await using client = await connectPipe("echo"); // in another process
 * await client.write(new TextEncoder().encode("hello"));
 * client.close();
 *
 * for await (const connection of listener) {
 *   await connection.readable.pipeTo(Deno.stdout.writable, {
 *     preventClose: true,
 *   });
 *   connection.close();
 *   break;
 * }
 * ```
 *
 * @example Waiting for the clients of a former server to leave
 * ```ts
 * import { listenPipe } from "@winipc/winipc";
 *
 * await using listener = await listenPipe("app", { timeout: 5000 });
 * console.log(listener.name);
 * ```
 */
export function listenPipe(
  name: string,
  options: WaitForNameOptions,
): Promise<PipeListener>;
/** Listens on the pipe `name` at once, or throws if the name is taken. */
export function listenPipe(
  name: string,
  options?: ListenPipeOptions & { timeout?: undefined },
): PipeListener;
export function listenPipe(
  name: string,
  options: ListenPipeOptions & WaitOptions = {},
): PipeListener | Promise<PipeListener> {
  const instances = parseOptions(name, options);
  const { backlog = 16, timeout } = options;
  checkSize("backlog", backlog);
  if (backlog === 0) throw new RangeError("Invalid backlog 0: give 1 or more");
  if (timeout !== undefined) checkWait(options);
  useSecured("pipe", options.sddl);
  return timeout === undefined
    ? new PipeListener(instances, backlog)
    : listenOnceFree(instances, backlog, options);
}

async function listenOnceFree(
  instances: InstanceOptions,
  backlog: number,
  options: WaitOptions,
): Promise<PipeListener> {
  const wait = withTimeoutMessage(
    options,
    () => `Cannot listen on "${instances.path}": the name did not come free`,
  );
  return await retry(wait, RETRY_DELAYS, () => {
    try {
      return new PipeListener(instances, backlog);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  });
}

function parseOptions(
  name: string,
  options: ListenPipeOptions,
): InstanceOptions {
  const {
    mode = "byte",
    access = "read-write",
    maxInstances = Infinity,
    allowRemote = false,
    inputBuffer = 262144,
    outputBuffer = 262144,
    sddl,
  } = options;
  const path = objectPath("pipe", name);
  if (!isLocal(path)) {
    throw new TypeError(
      `Cannot listen on "${path}": a pipe can only be created on this computer`,
    );
  }
  checkChoice("mode", mode, ["byte", "message"]);
  checkChoice("access", access, ["read", "write", "read-write"]);
  checkBoolean("allowRemote", allowRemote);
  if (!(maxInstances >= 1)) {
    throw new RangeError(
      `Invalid maxInstances ${maxInstances}: give 1 or more`,
    );
  }
  checkSize("inputBuffer", inputBuffer);
  checkSize("outputBuffer", outputBuffer);
  return {
    path,
    mode,
    access,
    maxInstances: Math.min(Math.floor(maxInstances), PIPE_UNLIMITED_INSTANCES),
    allowRemote,
    inputBuffer,
    outputBuffer,
    sddl,
  };
}
