/**
 * Shared memory: named sections that several processes map.
 *
 * One process creates a section by name and size, and others open it by name.
 * All see the same bytes: as copies under a scoped `--allow-ffi`, or directly
 * as views. Windows does not announce changes: add an event, or use a ring.
 *
 * @module
 */

export {
  createSharedMemory,
  type CreateSharedMemoryOptions,
  openSharedMemory,
  type OpenSharedMemoryOptions,
  SharedMemory,
  type WaitForSharedMemoryOptions,
} from "./memory.ts";
export { Win32Error } from "../win32/error.ts";
export { MappedMemory } from "../io/memory/mapped_memory.ts";
export type { MemoryAccess } from "../io/memory/section.ts";
