/**
 * Shared memory: named sections that several processes map.
 *
 * One process creates a section by name and size, others open it by name. All
 * see the same bytes, by copy under a scoped `--allow-ffi`, or directly as views.
 * Nobody is told of a change: add an event, or use a ring.
 *
 * @module
 */

export {
  createSharedMemory,
  type CreateSharedMemoryOptions,
  openSharedMemory,
  type OpenSharedMemoryOptions,
  SharedMemory,
} from "./memory.ts";
export { Win32Error } from "../win32/error.ts";
export { MappedMemory } from "../io/mapped_memory.ts";
export type { MemoryAccess } from "../io/section.ts";
