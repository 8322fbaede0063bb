/**
 * Synchronization of processes: an event signals, a mutex admits one owner, a
 * semaphore admits up to a count, and a process can be waited for until it ends.
 *
 * Create an object by name in one process and open it in another. {@linkcode
 * waitFor} waits for one, {@linkcode waitForAny} for the first of several, and
 * {@linkcode waitForAll} for all of them. All waits of a program share one
 * thread, for every 63 objects another.
 *
 * @example Both processes in one
 * ```ts
 * import { createEvent, openEvent, waitFor } from "@winipc/winipc";
 *
 * using ready = createEvent("app-ready");
 * const waited = waitFor(ready, { timeout: 5000 });
 *
 * // In another process:
 * using theirs = openEvent("app-ready");
 * theirs.set();
 *
 * await waited;
 * ```
 *
 * @module
 */

export {
  createEvent,
  type CreateEventOptions,
  EventObject,
  openEvent,
  type OpenEventOptions,
} from "./event.ts";
export {
  createMutex,
  type CreateMutexOptions,
  type MutexLock,
  MutexObject,
  openMutex,
} from "./mutex.ts";
export { SyncObject } from "./object.ts";
export { openProcess, ProcessObject } from "./process.ts";
export {
  createSemaphore,
  type CreateSemaphoreOptions,
  openSemaphore,
  SemaphoreObject,
} from "./semaphore.ts";
export { waitFor, waitForAny, type WaitResult } from "./wait.ts";
export { waitForAll } from "./wait_all.ts";
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
