/**
 * The objects that a child inherits from its parent.
 *
 * @module
 */

import { BlockingHandle } from "../io/overlapped/blocking_handle.ts";
import type { IoHandle } from "../io/overlapped/io_handle.ts";
import { checkChoice, checkInteger } from "../io/checks.ts";
import {
  Connection,
  halvesOf,
  type PipeMode,
} from "../io/stream/connection.ts";
import { peekCode } from "../io/stream/pipe_reader.ts";
import { adoptHandle, isPipe } from "../io/object/inheritance.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import {
  isOverlapped,
  SharedOverlappedHandle,
} from "../io/overlapped/shared_overlapped_handle.ts";
import { adoptSharedMemory } from "../shared_memory/memory.ts";
import type {
  OpenSharedMemoryOptions,
  SharedMemory,
} from "../shared_memory/mod.ts";
import { EventObject, MutexObject, SemaphoreObject } from "../sync/mod.ts";
import { PIPE_READMODE_MESSAGE } from "../win32/constants.ts";
import { lastErrorCode } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { AnonymousPipeEnd } from "./end.ts";

/** The objects that an inherited handle can become. */
export interface InheritedKinds {
  /** A pipe. */
  pipe: Connection;
  /** Shared memory. */
  section: SharedMemory;
  /** An event. */
  event: EventObject;
  /** A mutex. */
  mutex: MutexObject;
  /** A semaphore. */
  semaphore: SemaphoreObject;
}

/** The options of {@linkcode inheritedHandle}. */
export interface InheritedHandleOptions extends OpenSharedMemoryOptions {
  /**
   * For an event: whether it stays set until it is reset, see {@linkcode
   * OpenEventOptions}.
   *
   * @default {false}
   */
  manualReset?: boolean | undefined;
  /**
   * For a pipe: opens it for both directions, for example a named pipe's
   * connection. The handle must be overlapped, as those of {@linkcode
   * connectPipe} and {@linkcode PipeListener.accept} are. On another handle,
   * Windows blocks a write until a pending read ends.
   *
   * @default {false}
   */
  duplex?: boolean | undefined;
}

const LARGEST_HANDLE = 0xffff_fffc;

/**
 * Turns the number of an inherited handle into an object: a pipe, or with
 * `kind` a section, event, mutex or semaphore. The parent passes the number as
 * an argument or a variable. The object owns the handle; children of this
 * process do not inherit it unless it is listed again.
 *
 * Windows can check that a number is a handle, and that it is a pipe, a section
 * or a mutex. It cannot check events and semaphores: a wrong `kind` shows only
 * when the object is used. So pass only numbers from the parent, and each of
 * them once.
 *
 * A pipe that is not overlapped, such as the end that {@linkcode spawn} passes
 * on, keeps the program alive during a read, even after `unref()`. Each pending
 * operation of such a pipe blocks one thread of Deno's pool, which has four for
 * each processor.
 *
 * Windows runs one operation at a time on such a pipe, across all processes
 * that have it. While another one reads, or writes to a full pipe, this call
 * blocks the event loop. A read or write that waits for its turn cannot be
 * cancelled: time limits, signals and `close()` take effect when the operation
 * of the other process has ended. So give each child a pipe of its own.
 *
 * Calls `SetHandleInformation` and `GetFileType`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when this process has no such handle
 * @throws {Deno.errors.NotSupported} for both directions of a pipe that is not
 * overlapped
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the library
 * @throws {TypeError} when it is not an object of that `kind`
 *
 * @example
 * ```ts
 * import { createAnonymousPipe, inheritedHandle, spawn } from "@winipc/winipc";
 *
 * if (Deno.args.length === 0) { // the parent
 *   using pipe = createAnonymousPipe({ inheritable: "write" });
 *   await using child = spawn("cmd.exe", { args: ["/c", "echo", pipe.write] });
 *   console.log((await child.status).success);
 * } else { // a child in Deno: its first argument is the number
 *   using toParent = inheritedHandle(Deno.args[0]!);
 *   await toParent.write(new TextEncoder().encode("hello"));
 * }
 * ```
 */
export function inheritedHandle<K extends keyof InheritedKinds = "pipe">(
  number: number | string,
  kind?: K,
  options: InheritedHandleOptions = {},
): InheritedKinds[K] {
  const wanted: keyof InheritedKinds = kind ?? "pipe";
  const value = typeof number === "string" && /^\d+$/.test(number)
    ? Number(number)
    : number;
  checkInteger("handle", value, 1, LARGEST_HANDLE);
  checkChoice("kind", wanted, Object.keys(KINDS));
  useNative("anonymous-pipe");
  const name = `the inherited ${wanted} ${value}`;
  const raw = adoptHandle(value as number, name);
  // The table's type checks this.
  return KINDS[wanted](raw, name, options) as InheritedKinds[K];
}

type Maker<K extends keyof InheritedKinds> = (
  raw: bigint,
  name: string,
  options: InheritedHandleOptions,
) => InheritedKinds[K];

const KINDS: { [K in keyof InheritedKinds]: Maker<K> } = {
  pipe(raw, name, { duplex = false }) {
    if (!isPipe(raw)) throw otherKind(name);
    if (duplex && !isOverlapped(raw)) throw notDuplex(name);
    const channel = channelOf(raw, name);
    if (duplex) {
      return new Connection(name, modeOf(raw), halvesOf(channel, name));
    }
    return new AnonymousPipeEnd(name, channel, canRead(raw) ? "read" : "write");
  },
  section(raw, name, options) {
    if (isPipe(raw)) throw otherKind(name);
    return adoptSharedMemory(raw, name, options);
  },
  event(raw, name, { manualReset = false }) {
    if (isPipe(raw) || isMutex(raw)) throw otherKind(name);
    return new EventObject(null, false, raw, manualReset);
  },
  mutex(raw, name) {
    if (!isMutex(raw)) throw otherKind(name);
    return new MutexObject(null, false, raw);
  },
  semaphore(raw, name) {
    if (isPipe(raw) || isMutex(raw)) throw otherKind(name);
    return new SemaphoreObject(null, false, raw);
  },
};

/**
 * The parent may have joined an overlapped handle to its own port, and may
 * still use it.
 */
function channelOf(raw: bigint, name: string): IoHandle {
  return isOverlapped(raw)
    ? new SharedOverlappedHandle(raw, name)
    : new BlockingHandle(raw, name);
}

function modeOf(raw: bigint): PipeMode {
  const state = new Uint32Array(1);
  const { GetNamedPipeHandleStateW } = kernel32().raw;
  const known = GetNamedPipeHandleStateW(raw, state, null, 0n, 0n, 0n, 0);
  return known !== 0 && state[0]! & PIPE_READMODE_MESSAGE ? "message" : "byte";
}

function canRead(raw: bigint): boolean {
  return peekCode(raw) !== ERROR.ERROR_ACCESS_DENIED;
}

/**
 * Releasing a mutex that is not ours fails with another code than releasing an
 * object that is not a mutex.
 */
function isMutex(raw: bigint): boolean {
  return kernel32().raw.ReleaseMutex(raw) === 0 &&
    lastErrorCode() === ERROR.ERROR_NOT_OWNER;
}

/**
 * All I/O on a synchronous file object is serialized (Raymond Chen, 2013-08-22,
 * devblogs.microsoft.com/oldnewthing/?p=3433): a write would wait for a read.
 */
function notDuplex(name: string): Error {
  return new Deno.errors.NotSupported(
    `Cannot use ${name} for both directions: it is not overlapped, so every write would wait for a pending read; open it with FILE_FLAG_OVERLAPPED in the parent, or use a pipe for each direction`,
  );
}

function otherKind(name: string): TypeError {
  return new TypeError(`Cannot use ${name}: it is another kind of object`);
}
