/**
 * The named objects of this computer: sections, events, mutexes, semaphores,
 * pipes, mailslots and symbolic links, as WinObj shows them.
 *
 * @example
 * ```ts
 * import { createMutex, listObjects } from "@winipc/winipc";
 *
 * using _mutex = createMutex("shop.lock"); // in another process
 * const { objects } = listObjects({ pattern: "shop.*" });
 * for (const { kind, name } of objects) console.log(kind, name); // mutex Local\shop.lock
 * ```
 *
 * @module
 */

export {
  type ListedObject,
  listObjects,
  type ListObjectsOptions,
  type ObjectFolder,
  type ObjectKind,
  type ObjectList,
  type UnlistedFolder,
} from "./list.ts";
export { Win32Error } from "../win32/error.ts";
