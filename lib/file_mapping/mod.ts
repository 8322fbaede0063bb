/**
 * File mapping: a file, or a part of it, as memory.
 *
 * @module
 */

import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn } from "../win32/memory.ts";
import { checkBoolean, checkChoice, checkInteger } from "../io/checks.ts";
import { attempt, failure } from "../io/failure.ts";
import { Handle } from "../io/handle.ts";
import { tellHandle } from "../io/inheritance.ts";
import { MappedMemory } from "../io/mapped_memory.ts";
import { useNative } from "../io/native_access.ts";
import {
  copyOutSafely,
  mapSection,
  MEMORY_ACCESS,
  type MemoryAccess,
} from "../io/section.ts";
import {
  checkedPath,
  fileSection,
  fileSize,
  openFile,
  setFileSize,
} from "./file.ts";

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
   * Creates the file where there is none; `growTo` then says its size.
   *
   * @default {false}
   */
  create?: boolean | undefined;
}

const ALLOCATION_GRANULARITY = 65536;

/**
 * Maps the file at `path`, or a part of it. The file is shared with whoever has
 * it open, and keeps its size.
 *
 * While it is mapped Windows lets nobody shorten a file on a local disk. One on
 * another computer can be shortened all the same: `read` and `write` then throw
 * {@linkcode Deno.errors.UnexpectedEof}, and a `view` of what is gone would end
 * the process.
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
 * ```ts no-eval
 * import { mapFile } from "./mod.ts";
 *
 * using mapping = mapFile("data.bin", { access: "read-write" });
 * mapping.write(new Uint8Array([1, 2, 3]), 10);
 * await mapping.flush();
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
  const handle = new Handle(
    openFile(file, access, create),
    `The mapping of "${file}"`,
  );
  try {
    const size = grown(handle.raw, file, growTo);
    const part = length ?? Math.max(0, size - offset);
    checkPart(file, size, offset, part);
    const base = mapPart(handle.raw, file, access, offset, part);
    return new FileMapping(file, handle, access, base, offset, part);
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** A mapped file. Made by {@linkcode mapFile}. */
export class FileMapping extends MappedMemory {
  /** The file's path, as it was given. */
  readonly path: string;
  /** Where in the file the mapping begins, in bytes. */
  readonly offset: number;
  readonly #file: Handle;

  /** Use {@linkcode mapFile}. */
  constructor(
    path: string,
    file: Handle,
    access: MemoryAccess,
    base: bigint,
    offset: number,
    length: number,
  ) {
    super(file.what, access, base, skippedBy(offset), length);
    this.path = path;
    this.offset = offset;
    this.#file = file;
    tellHandle(this, () => file.raw);
  }

  /** The size of the file as it is now, in bytes. Calls `GetFileSizeEx`. */
  fileSize(): number {
    return fileSize(this.#file.raw, this.path);
  }

  /**
   * Makes the mapping `length` bytes long; a file that is too short for that
   * grows, with zeros. Views from before then have length 0.
   *
   * Calls `SetFileInformationByHandle`, and maps anew. Throws a `TypeError`
   * without access `"read-write"`, a {@linkcode RangeError} for a length that
   * is less than now, {@linkcode Deno.errors.BadResource} when closed.
   */
  grow(length: number): void {
    this.assertOpen();
    checkInteger(
      "length",
      length,
      this.size,
      Number.MAX_SAFE_INTEGER - this.offset,
    );
    if (this.access !== "read-write") {
      throw new TypeError(
        `Cannot grow "${this.path}" with access "${this.access}": map it with "read-write"`,
      );
    }
    const { path, offset, access } = this;
    const file = this.#file.raw;
    grown(file, path, offset + length);
    const base = mapPart(file, path, access, offset, length);
    this.replace(base, skippedBy(offset), length);
  }

  /**
   * Writes what was changed to the disk, and resolves when it is there. Does
   * nothing for a mapping that does not change the file.
   *
   * Calls `FlushViewOfFile` and `FlushFileBuffers`, on another thread. Throws
   * {@linkcode Deno.errors.BadResource} when closed.
   */
  async flush(): Promise<void> {
    this.assertOpen();
    if (this.access !== "read-write") return;
    const { raw, call } = kernel32();
    const action = `Cannot flush "${this.path}"`;
    const file = this.#file.borrow();
    try {
      await this.whileMapped(async (base) => {
        // The last error of another thread is lost: a failed call is made again here.
        if (await raw.FlushViewOfFileSlowly(base, 0n) === 0) {
          attempt(action, () => call.FlushViewOfFile(base, 0n));
        }
        if (await raw.FlushFileBuffersSlowly(file) === 0) {
          attempt(action, () => call.FlushFileBuffers(file));
        }
      });
    } finally {
      this.#file.giveBack();
    }
  }

  /** Closes the mapping; every view then has length 0. What was written stays in the file. Twice is harmless. */
  override close(): void {
    super.close();
    this.#file.close();
  }

  /** By a call that fails, where plain copying would end the process. */
  protected override copyOut(
    address: bigint,
    bytes: Uint8Array,
    offset: number,
  ): void {
    try {
      copyOutSafely(address, bytes);
    } catch (error) {
      if (!(error instanceof Win32Error)) throw error;
      this.#checkSize(offset + bytes.byteLength);
      throw failure(`Cannot read from "${this.path}"`, error, {
        [ERROR.ERROR_PARTIAL_COPY]:
          "a part of the file cannot be read any more",
      });
    }
  }

  /** Checks the size before, because a write has no call that fails. */
  protected override copyIn(
    address: bigint,
    bytes: Uint8Array,
    offset: number,
  ): void {
    this.#checkSize(offset + bytes.byteLength);
    copyIn(address, bytes);
  }

  #checkSize(end: number): void {
    const size = this.fileSize();
    if (this.offset + end <= size) return;
    throw new Deno.errors.UnexpectedEof(
      `Cannot reach byte ${
        this.offset + end
      } of "${this.path}": it was shortened to ${size} bytes`,
    );
  }
}

function grown(file: bigint, path: string, growTo = 0): number {
  const size = fileSize(file, path);
  if (growTo <= size) return size;
  setFileSize(file, path, growTo);
  return growTo;
}

function checkPart(
  path: string,
  size: number,
  offset: number,
  length: number,
): void {
  if (size === 0) {
    throw new RangeError(
      `Cannot map "${path}": it is empty, and Windows maps no empty file; give it a size by growTo`,
    );
  }
  if (length > 0 && offset + length <= size) return;
  throw new RangeError(
    `Cannot map ${length} bytes of "${path}" from ${offset} on: it has ${size} bytes`,
  );
}

function mapPart(
  file: bigint,
  path: string,
  access: MemoryAccess,
  offset: number,
  length: number,
): bigint {
  const section = fileSection(file, path, access);
  try {
    const skipped = skippedBy(offset);
    return mapSection(
      `Cannot map "${path}"`,
      section,
      access,
      offset - skipped,
      skipped + length,
    );
  } finally {
    // The mapping keeps it.
    kernel32().call.CloseHandle(section);
  }
}

/** Windows maps from multiples of 64 KiB on: what stands before `offset` is mapped too. */
function skippedBy(offset: number): number {
  return offset % ALLOCATION_GRANULARITY;
}
