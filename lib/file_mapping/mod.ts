/**
 * File mapping: a file, or a part of it, as memory.
 *
 * @module
 */

import { checkBoolean, checkChoice, checkInteger } from "../io/checks.ts";
import { Handle } from "../io/handle.ts";
import { useNative } from "../io/native_access.ts";
import { MEMORY_ACCESS, type MemoryAccess } from "../io/section.ts";
import { checkedPath, fileSize, openFile, removeFile } from "./file.ts";
import { FileMapping } from "./mapping.ts";
import { checkPart, grown, mapPart } from "./part.ts";

export { FileMapping };

/** The options of {@linkcode mapFile}. */
export interface MapFileOptions {
  /**
   * What may be done with the file's bytes. Changes by `"copy-on-write"` never
   * reach the file.
   *
   * @default {"read"}
   */
  access?: MemoryAccess | undefined;
  /**
   * Where in the file the mapping begins, in bytes: anywhere.
   *
   * @default {0}
   */
  offset?: number | undefined;
  /**
   * How many bytes are mapped.
   *
   * @default all up to the end of the file
   */
  length?: number | undefined;
  /**
   * Grows a shorter file to so many bytes, with zeros, before it is mapped.
   * Without it the file keeps its size. Takes access `"read-write"`.
   */
  growTo?: number | undefined;
  /**
   * Creates the file where there is none; `growTo` then says its size. Where
   * the mapping fails nothing is created.
   *
   * @default {false}
   */
  create?: boolean | undefined;
}

/**
 * Maps the file at `path`, or a part of it. The file is shared with whoever has
 * it open, and keeps its size.
 *
 * While it is mapped Windows lets nobody shorten a file on a local disk. One on
 * another computer can be shortened all the same: `read` and `write` then throw
 * {@linkcode Deno.errors.UnexpectedEof}, and a `view` of what is gone would end
 * the process.
 *
 * For a file of another computer (`\\\\server\\…`) the call lasts as long as Windows
 * dials, 20 s and longer where it does not answer, and nothing else runs
 * meanwhile, as with `Deno.openSync`. `await Deno.open(path)` before reaches it
 * on another thread, and keeps the connection while the file is open.
 *
 * Calls `CreateFileW`, `CreateFileMappingW` and `MapViewOfFile`. Needs
 * kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such file
 * @throws {Deno.errors.IsADirectory} for a directory
 * @throws {Deno.errors.Busy} when another program has it open for itself
 * @throws {Deno.errors.PermissionDenied} when it may not be opened this way
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
    // The name of a file that is deleted stays while a handle is open.
    handle.close();
    if (created) removeFile(file);
    throw error;
  }
}
export { Win32Error } from "../win32/error.ts";
export { MappedMemory } from "../io/mapped_memory.ts";
export type { MemoryAccess } from "../io/section.ts";
