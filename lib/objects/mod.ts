/**
 * The named objects of this computer: sections, events, mutexes, semaphores,
 * pipes, mailslots and symbolic links, as WinObj shows them.
 *
 * @example
 * ```ts
 * import { listObjects, listenPipe } from "@winipc/winipc";
 *
 * await using _listener = listenPipe("shop.orders");
 * const { objects } = listObjects({ pattern: "shop.*" });
 * for (const { kind, name } of objects) console.log(kind, name); // pipe shop.orders
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
