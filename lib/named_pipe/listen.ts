/**
 * Listening on a named pipe.
 *
 * @module
 */

import { checkChoice, checkSize } from "../io/checks.ts";
import type { PipeMode } from "../io/connection.ts";
import { isLocal, objectPath } from "../io/name.ts";
import { useSecured } from "../io/security.ts";
import {
  type InstanceOptions,
  PIPE_UNLIMITED_INSTANCES,
  type PipeAccess,
} from "./instance.ts";
import { PipeListener } from "./listener.ts";

/** The options of {@linkcode listenPipe}. */
export interface ListenPipeOptions {
  /**
   * Whether boundaries between writes are kept. This corresponds to
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
   * How many clients may be connected at once, waiting instances included.
   * More of them meet `ERROR_PIPE_BUSY` and may wait. From 255 on: any number.
   *
   * @default {Infinity}
   */
  maxInstances?: number | undefined;
  /**
   * How many instances are kept waiting, so that clients that dial at the same
   * moment all find one.
   *
   * @default {16}
   */
  backlog?: number | undefined;
  /**
   * Lets clients on other computers in. Without it
   * `PIPE_REJECT_REMOTE_CLIENTS` keeps them out.
   *
   * @default {false}
   */
  allowRemote?: boolean | undefined;
  /**
   * How much Windows keeps of what clients have written and we have not read,
   * in bytes a client.
   *
   * @default {262144}
   */
  inputBuffer?: number | undefined;
  /**
   * How much Windows keeps of what we have written and a client has not read,
   * in bytes a client.
   *
   * @default {262144}
   */
  outputBuffer?: number | undefined;
  /**
   * Who may connect, as a security descriptor string: `"D:(A;;GA;;;WD)"` lets
   * everybody. Needs advapi32. By default Windows lets the creator, the system
   * and administrators read and write, and everybody else read.
   */
  sddl?: string | undefined;
}

/**
 * Listens on the pipe `name`: bare (`app`), or whole (`\\.\pipe\app`).
 *
 * Calls `CreateNamedPipeW` with `FILE_FLAG_FIRST_PIPE_INSTANCE`, so that a
 * name which another program has is refused instead of shared. Needs
 * kernel32.dll, and advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AddrInUse} when the name is taken
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL; {@linkcode RangeError}
 * for a number out of range
 *
 * @example An echo server
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
 *   break;
 * }
 * ```
 */
export function listenPipe(
  name: string,
  options: ListenPipeOptions = {},
): PipeListener {
  const instances = checked(name, options);
  const { backlog = 16 } = options;
  checkSize("backlog", backlog);
  if (backlog === 0) throw new RangeError("Invalid backlog 0: give 1 or more");
  useSecured("pipe", options.sddl);
  return new PipeListener(instances, backlog);
}

function checked(name: string, options: ListenPipeOptions): InstanceOptions {
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
      `Cannot listen on "${path}": a pipe is created on this computer only`,
    );
  }
  checkChoice("mode", mode, ["byte", "message"]);
  checkChoice("access", access, ["read", "write", "read-write"]);
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
