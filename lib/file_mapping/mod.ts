/**
 * File mapping: a file, or a part of it, as memory.
 *
 * @module
 */

import { checkBoolean, checkChoice, checkInteger } from "../io/checks.ts";
import { Handle } from "../io/object/handle.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { MEMORY_ACCESS, type MemoryAccess } from "../io/memory/section.ts";
import { checkedPath, fileSize, openFile, removeFile } from "./file.ts";
import { FileMapping } from "./mapping.ts";
import { checkPart, grown, mapPart } from "./part.ts";

export { FileMapping };

/** The options of {@linkcode mapFile}. */
export interface MapFileOptions {
  /**
   * How this process may use the bytes. Changes with `"copy-on-write"` never
   * reach the file.
   *
   * @default {"read"}
   */
  access?: MemoryAccess | undefined;
  /**
   * The offset in the file at which the mapping begins, in bytes. Any offset is
   * possible.
   *
   * @default {0}
   */
  offset?: number | undefined;
  /**
   * How many bytes to map.
   *
   * @default all up to the end of the file
   */
  length?: number | undefined;
  /**
   * Grows a shorter file to this size in bytes, with zeros, before it is
   * mapped. By default the file keeps its size. Requires access `"read-write"`.
   */
  growTo?: number | undefined;
  /**
   * Creates the file if it does not exist; `growTo` then sets its size. If the
   * mapping fails, no file is left.
   *
   * @default {false}
   */
  create?: boolean | undefined;
}

/**
 * Maps the file at `path`, or a part of it. Other programs may have the file
 * open, and it keeps its size.
 *
 * Windows does not let any program shorten a mapped file on a local disk. A
 * file on another computer can be shortened. `read` and `write` then throw
 * {@linkcode Deno.errors.UnexpectedEof}. They also throw when a part of the
 * file cannot be accessed, because the connection or the device was lost, or
 * the disk is full. Access to such a part through a `view` ends the process.
 *
 * For a file of another computer (`\\\\server\\…`) the call blocks the event
 * loop while Windows connects: 20 s and longer if the computer does not answer,
 * as with `Deno.openSync`. Call `await Deno.open(path)` first: it connects on
 * another thread and keeps the connection while the file is open.
 *
 * Calls `CreateFileW`, `CreateFileMappingW` and `MapViewOfFile`. Needs
 * kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such file
 * @throws {Deno.errors.IsADirectory} for a directory
 * @throws {Deno.errors.Busy} when another program has it open exclusively
 * @throws {Deno.errors.PermissionDenied} when it may not be opened with this
 * access
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the library
 * @throws {RangeError} for an empty file, or a part past the end
 * @throws {TypeError} for a bad path or option
 *
 * @example
 * ```ts
 * import { mapFile } from "@winipc/winipc";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "Swine");
 * {
 *   using mapping = mapFile(file, { access: "read-write" });
 *   mapping.write(new TextEncoder().encode("h"), 1);
 *   await mapping.flush();
 * }
 * console.log(await Deno.readTextFile(file)); // Shine
 * await Deno.remove(file);
 * ```
 */
export function mapFile(
  path: string | URL,
  options: MapFileOptions = {},
): FileMapping {
  const { access = "read", offset = 0, length, growTo, create = false } =
    options;
  const file = checkedPath(path);
  checkChoice("access", access, MEMORY_ACCESS);
  checkInteger("offset", offset, 0, Number.MAX_SAFE_INTEGER);
  if (length !== undefined) {
    checkInteger("length", length, 1, Number.MAX_SAFE_INTEGER - offset);
  }
  checkBoolean("create", create);
  if (growTo !== undefined) {
    checkInteger("growTo", growTo, 1, Number.MAX_SAFE_INTEGER);
  }
  if ((growTo !== undefined || create) && access !== "read-write") {
    throw new TypeError(
      `Cannot change "${file}" with access "${access}": give "read-write"`,
    );
  }
  useNative("file-mapping");
  const { raw, created } = openFile(file, access, create);
  const handle = new Handle(raw, `The mapping of "${file}"`);
  try {
    const size = Math.max(fileSize(raw, file), growTo ?? 0);
    const part = length ?? Math.max(0, size - offset);
    checkPart(file, size, offset, part);
    grown(raw, file, size);
    const base = mapPart(raw, file, access, offset, part);
    return new FileMapping(file, handle, access, base, offset, part);
  } catch (error) {
    // The name of a deleted file stays while a handle is open.
    handle.close();
    if (created) removeFile(file);
    throw error;
  }
}
export { Win32Error } from "../win32/error.ts";
export { MappedMemory } from "../io/memory/mapped_memory.ts";
export type { MemoryAccess } from "../io/memory/section.ts";
