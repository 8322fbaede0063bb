/**
 * Events, mutexes, semaphores and processes, and waiting for them.
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
