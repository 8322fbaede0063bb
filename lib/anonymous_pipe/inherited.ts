/**
 * In a child: what its parent handed over.
 *
 * @module
 */

import { BlockingHandle } from "../io/blocking.ts";
import type { Channel } from "../io/channel.ts";
import { checkChoice, checkInteger } from "../io/checks.ts";
import { Connection, halvesOf, type PipeMode } from "../io/connection.ts";
import { isPipe, takeOver } from "../io/inheritance.ts";
import { useNative } from "../io/native_access.ts";
import {
  isOverlapped,
  SharedOverlappedHandle,
} from "../io/shared_overlapped.ts";
import { adoptSharedMemory } from "../shared_memory/memory.ts";
import type {
  OpenSharedMemoryOptions,
  SharedMemory,
} from "../shared_memory/mod.ts";
import { EventObject, MutexObject, SemaphoreObject } from "../sync/mod.ts";
import { lastErrorCode } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { AnonymousPipeEnd } from "./end.ts";

/** What a handle that a child inherits can be turned into. */
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
   * For an event: that it stays set until somebody resets it, see
   * {@linkcode OpenEventOptions}.
   *
   * @default {false}
   */
  manualReset?: boolean | undefined;
  /**
   * For a pipe: that it is open for both directions, as a named pipe's
   * connection can be. The handle must be overlapped, as those of
   * {@linkcode connectPipe} and {@linkcode PipeListener.accept} are: on another
   * one Windows lets a write wait until a pending read ends.
   *
   * @default {false}
   */
  duplex?: boolean | undefined;
}

const PIPE_READMODE_MESSAGE = 2;
const LARGEST_HANDLE = 0xffff_fffc;

/**
 * Turns the number of a handle, which the parent told this process by an
 * argument or a variable, back into a pipe, or what `kind` says: a section,
 * event, mutex or semaphore. The object owns the handle; no child of this
 * process inherits it unless it is listed again.
 *
 * Windows tells of a number only whether there is a handle and whether it is a
 * pipe, a section or a mutex; an event and a semaphore are taken for what `kind`
 * says until they are used. So only numbers that the parent has told should come
 * here, and each of them once.
 *
 * A pipe that is not overlapped, such as the end that {@linkcode spawn} hands
 * over, keeps the program alive while it is read, also after `unref()`, and
 * each pending operation of such pipes holds one thread of Deno's pool, which
 * has four a processor. Windows runs one operation on it at a time, also where
 * several processes have it: while one of them reads, the others wait.
 *
 * Calls `SetHandleInformation` and `GetFileType`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when this process has no such handle
 * @throws {Deno.errors.NotSupported} for both directions of a pipe that is not
 * overlapped
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the library
 * @throws {TypeError} when it is something else than `kind` says
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
  const raw = takeOver(value as number, name);
  // Checked by the table's type.
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

/** The parent may have joined an overlapped handle to a port of its own, and still use it. */
function channelOf(raw: bigint, name: string): Channel {
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
  const { PeekNamedPipe } = kernel32().raw;
  const peeked = PeekNamedPipe(raw, null, 0, null, null, null);
  return peeked !== 0 || lastErrorCode() !== ERROR.ERROR_ACCESS_DENIED;
}

/** Windows refuses to release a mutex that is not ours by another code than what is no mutex. */
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
    `Cannot use ${name} for both directions: it is not overlapped, so that every write would wait for a pending read; open it with FILE_FLAG_OVERLAPPED in the parent, or use a pipe for each direction`,
  );
}

function otherKind(name: string): TypeError {
  return new TypeError(`Cannot take over ${name}: it is something else`);
}
