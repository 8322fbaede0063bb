/**
 * Anonymous pipes, and child processes that inherit only the handles you list.
 *
 * A pipe has a reading and a writing end, either of which a child may inherit.
 * A child can also inherit sections, events, mutexes, semaphores and named
 * pipes. It finds each by the number of its handle, which {@linkcode spawn}
 * inserts into its arguments.
 *
 * @example A child's output
 * ```ts
 * import { spawn } from "@winipc/winipc";
 *
 * await using child = spawn("cmd.exe", {
 *   args: ["/c", "echo", "hello"],
 *   stdout: "pipe",
 * });
 * console.log(await new Response(child.stdout.readable).text());
 * ```
 *
 * @module
 */

export { type ChildPipes, type ChildStatus, SpawnedChild } from "./child.ts";
export { AnonymousPipeEnd, type AnonymousPipeRole } from "./end.ts";
export { handleValue, type Inheritable } from "./inheritable.ts";
export {
  inheritedHandle,
  type InheritedHandleOptions,
  type InheritedKinds,
} from "./inherited.ts";
export {
  type AnonymousPipe,
  createAnonymousPipe,
  type CreateAnonymousPipeOptions,
} from "./pipe.ts";
export { spawn, type SpawnOptions } from "./spawn.ts";
export type { ChildStdio } from "./stdio.ts";
// Types that the signatures above mention, so that the documentation is complete.
export { Win32Error } from "../win32/error.ts";
export { Connection } from "../io/stream/connection.ts";
export {
  EventObject,
  type MutexLock,
  MutexObject,
  SemaphoreObject,
  SyncObject,
} from "../sync/mod.ts";
export {
  type OpenSharedMemoryOptions,
  SharedMemory,
} from "../shared_memory/mod.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
export {
  BaseConnection,
  type PipeMode,
  type ReadMessageOptions,
} from "../io/stream/base_connection.ts";
export { MappedMemory } from "../io/memory/mapped_memory.ts";
export type { MemoryAccess } from "../io/memory/section.ts";
