/**
 * The completion port: one for all overlapped operations of the isolate.
 *
 * The address of its `OVERLAPPED` identifies a pending operation. While there
 * are any, a loop takes completions: first the available ones, then it blocks
 * on one thread of Deno's pool. That pool is small (four threads for each
 * processor), so nothing else of winipc blocks there.
 *
 * If answers arrive at once, as from a peer that echoes, the loop polls the
 * port for a moment before it blocks (../wait/adaptive_wait.ts). Every
 * millisecond, timers and other I/O can run.
 *
 * Threads of Windows that work for RPC post to the port, each with the address
 * of its slot instead of an `OVERLAPPED`.
 *
 * A blocked thread keeps the program alive. If all pending operations are
 * unref'd, the loop polls by an unref'd timer instead.
 *
 * @module
 */

import { INFINITE, INVALID_HANDLE_VALUE } from "../../win32/constants.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { OVERLAPPED_ENTRY } from "../../win32/structs.ts";
import { AdaptiveWait } from "../wait/adaptive_wait.ts";
import {
  beginTimeSlice,
  drainMicrotasks,
  isTimeSliceOver,
  yieldToEventLoop,
} from "../wait/yield.ts";

/**
 * Settles an operation whose completion arrived; returns false if it is still
 * pending after all. If it throws, the operation has ended, and the error is
 * reported as an uncaught one.
 */
export type Settle = () => boolean;

const FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 1;

const BATCH = 64;
const UNREF_POLL_MS = 10;

let port = 0n;
const pending = new Map<bigint, Settle>();
const adaptive = new AdaptiveWait();
let refedCount = 0;
let pumping = false;
let endPause: (() => void) | undefined;
let blocked = false;

/**
 * Joins an overlapped handle to the port. Operations on it that succeed at once
 * then leave no completion behind.
 *
 * FILE_SKIP_SET_EVENT_ON_HANDLE is not set: it belongs to the file object,
 * which a child may share, and cannot be unset. A call without OVERLAPPED waits
 * for that event, which would never be set (golang/go#80979; Raymond Chen,
 * 2019-07-19, devblogs.microsoft.com/oldnewthing/?p=102722).
 *
 * @throws {Win32Error} when the handle is not overlapped
 */
export function attach(handle: bigint): void {
  const { call } = kernel32();
  call.CreateIoCompletionPort(handle, completionPort(), 0n, 0);
  call.SetFileCompletionNotificationModes(
    handle,
    FILE_SKIP_COMPLETION_PORT_ON_SUCCESS,
  );
}

/** The port's handle. */
export function completionPort(): bigint {
  return port ||= kernel32().call.CreateIoCompletionPort(
    INVALID_HANDLE_VALUE,
    0n,
    0n,
    0,
  );
}

/**
 * Calls `settle` once, when the pending operation with the `OVERLAPPED` at
 * `overlapped` completes.
 */
export function onCompletion(overlapped: bigint, settle: Settle): void {
  pending.set(overlapped, settle);
  startPump();
}

/**
 * Ignores completions of `overlapped`. They must be impossible now, or
 * irrelevant.
 */
export function forgetCompletion(overlapped: bigint): void {
  pending.delete(overlapped);
  if (pending.size === 0) wake();
}

/**
 * Polls at once if a timer would poll later: a pending operation has been
 * cancelled.
 */
export function pollNow(): void {
  endPause?.();
}

/** Keeps the program alive while operations are pending, until {@linkcode endKeepAlive}. */
export function keepAlive(): void {
  refedCount++;
  pollNow();
}

/** Undoes one {@linkcode keepAlive}. */
export function endKeepAlive(): void {
  refedCount--;
  if (refedCount === 0 && pending.size > 0) wake();
}

function startPump(): void {
  if (pumping) return;
  pumping = true;
  queueMicrotask(pump);
}

function wake(): void {
  if (blocked) kernel32().raw.PostQueuedCompletionStatus(port, 0, 0n, 0n);
}

async function pump(): Promise<void> {
  let busy = false;
  while (pending.size > 0) {
    await drainMicrotasks();
    if (busy && isTimeSliceOver()) await yieldToEventLoop();
    busy = adaptive.poll(take);
    if (busy || pending.size === 0) continue;
    await (refedCount > 0 ? block() : pollLater());
  }
  pumping = false;
}

let entries: Uint8Array<ArrayBuffer> | undefined;
let entriesView: DataView;
// Uses a buffer of its own, because the kernel writes to it while a thread
// blocks, and V8 may move the few bytes of a small array without one.
const taken = new Uint32Array(new ArrayBuffer(4));

/** Settles completed operations, and returns whether there were any. */
function take(): boolean {
  const some = kernel32().raw.GetQueuedCompletionStatusEx(
    port,
    entryBuffer(),
    batch(),
    taken,
    0,
    0,
  );
  if (some !== 0) dispatch();
  return some !== 0;
}

async function block(): Promise<void> {
  const began = performance.now();
  blocked = true;
  const some = await kernel32().raw.GetQueuedCompletionStatusExNonblocking(
    port,
    entryBuffer(),
    batch(),
    taken,
    INFINITE,
    0,
  );
  blocked = false;
  beginTimeSlice();
  adaptive.blocked(performance.now() - began);
  if (some !== 0) dispatch();
}

/**
 * How many completions to request. Requesting more than are likely makes the
 * kernel check again for nothing.
 */
function batch(): number {
  return Math.max(1, Math.min(BATCH, refedCount));
}

async function pollLater(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  endPause = resolve;
  const timer = setTimeout(resolve, UNREF_POLL_MS);
  Deno.unrefTimer(timer);
  await promise;
  clearTimeout(timer);
  endPause = undefined;
  beginTimeSlice();
  take();
}

function dispatch(): void {
  const count = taken[0]!;
  const { lpOverlapped } = OVERLAPPED_ENTRY.fields;
  for (let i = 0; i < count; i++) {
    const at = i * OVERLAPPED_ENTRY.size + lpOverlapped[0];
    const overlapped = entriesView.getBigUint64(at, true);
    const settle = pending.get(overlapped);
    try {
      // The packets of wake() have no operation.
      if (settle?.()) pending.delete(overlapped);
    } catch (error) {
      // The other operations go on.
      pending.delete(overlapped);
      reportError(error);
    }
  }
}

function entryBuffer(): Uint8Array<ArrayBuffer> {
  if (entries === undefined) {
    entries = new Uint8Array(BATCH * OVERLAPPED_ENTRY.size);
    entriesView = new DataView(entries.buffer);
  }
  return entries;
}
