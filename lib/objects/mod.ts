/**
 * The named objects of this computer: sections, events, mutexes, semaphores,
 * pipes, mailslots and symbolic links, as WinObj shows them.
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
