/**
 * Shared memory: named sections that several processes map.
 *
 * One process creates a section by name and size, and others open it by name.
 * All see the same bytes: as copies under a scoped `--allow-ffi`, or directly
 * as views. Windows does not announce changes: add an event, or use a ring.
 *
 * @example Both processes in one
 * ```ts
 * import { createSharedMemory, openSharedMemory } from "@winipc/winipc";
 *
 * using memory = createSharedMemory("Scores", { size: 4096 });
 * memory.write(Uint8Array.of(3, 1));
 *
 * // In another process:
 * using theirs = openSharedMemory("Scores", { access: "read" });
 * console.log(theirs.read(0, 2)); // Uint8Array [ 3, 1 ]
 * ```
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
