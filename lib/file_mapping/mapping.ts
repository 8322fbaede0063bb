/**
 * A mapped file.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkInteger } from "../io/checks.ts";
import { toDenoError, wrapWin32Error } from "../io/deno_error.ts";
import type { Handle } from "../io/object/handle.ts";
import { registerHandle } from "../io/object/inheritance.ts";
import { isMapped, MappedMemory } from "../io/memory/mapped_memory.ts";
import {
  copyInSafely,
  copyOutSafely,
  type MemoryAccess,
} from "../io/memory/section.ts";
import { retry } from "../io/wait/retry.ts";
import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { fileSize } from "./file.ts";
import { grown, mapPart, skippedBy } from "./part.ts";

/** How long to retry a flush that collides with the memory manager's own writes. */
const FLUSH_TIMEOUT_MS = 30_000;
const FLUSH_DELAYS = { min: 1, max: 64 };

/**
 * A mapped file. Made by {@linkcode mapFile}.
 *
 * @example
 * ```ts
 * import { mapFile } from "@winipc/winipc";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "hello");
 * {
 *   using mapping = mapFile(file, { access: "read-write" });
 *   mapping.grow(7);
 *   mapping.write(new TextEncoder().encode("!!"), 5);
 *   console.log(mapping.size, mapping.fileSize()); // 7 7
 * }
 * await Deno.remove(file);
 * ```
 */
export class FileMapping extends MappedMemory {
  /** The file's path, as passed to {@linkcode mapFile}. */
  readonly path: string;
  /** The offset of the mapping in the file, in bytes. */
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
    registerHandle(this, () => file.raw);
  }

  /** The current size of the file, in bytes. Calls `GetFileSizeEx`. */
  fileSize(): number {
    return fileSize(this.#file.raw, this.path);
  }

  /**
   * Makes the mapping `length` bytes long, and grows a shorter file with zeros.
   * Earlier views then have length 0.
   *
   * Calls `SetFileInformationByHandle`, and maps again. Throws a `TypeError`
   * without access `"read-write"`, a {@linkcode RangeError} for a length below
   * the current one, {@linkcode Deno.errors.BadResource} when closed.
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
   * Writes changes to the disk, and resolves when they are there. Does nothing
   * for a mapping that does not change the file.
   *
   * Calls `FlushViewOfFile` and `FlushFileBuffers`, on another thread. The
   * mapping can be used meanwhile. Throws {@linkcode Deno.errors.BadResource}
   * when closed.
   */
  async flush(): Promise<void> {
    this.assertOpen();
    if (this.access !== "read-write") return;
    const { raw, call } = kernel32();
    const action = `Cannot flush "${this.path}"`;
    const file = this.#file.pin();
    try {
      await this.whileMapped(async (base) => {
        await flushView(action, base);
        // The last error of another thread is lost: a failed call is repeated
        // here.
        if (await raw.FlushFileBuffersNonblocking(file) === 0) {
          wrapWin32Error(action, () => call.FlushFileBuffers(file));
        }
      });
    } finally {
      this.#file.unpin();
    }
  }

  /**
   * Closes the mapping; every view then has length 0. The file keeps all
   * changes. Safe to call twice.
   */
  override close(): void {
    super.close();
    this.#file.close();
  }

  /** Uses a call that can fail, because plain copying would end the process. */
  protected override copyOut(
    address: bigint,
    bytes: Uint8Array,
    offset: number,
  ): void {
    const end = offset + bytes.byteLength;
    const target = isMapped(bytes) ? new Uint8Array(bytes.byteLength) : bytes;
    this.#copy("read from", end, () => copyOutSafely(address, target));
    if (target !== bytes) bytes.set(target);
    // Bytes past the end, in the file's last page, read as zeros.
    this.#checkSize(end);
  }

  /** Uses a call that can fail, like copyOut(). */
  protected override copyIn(
    address: bigint,
    bytes: Uint8Array,
    offset: number,
  ): void {
    const end = offset + bytes.byteLength;
    // Bytes past the end, in the file's last page, could be written and would
    // be lost.
    this.#checkSize(end);
    const source = isMapped(bytes) ? new Uint8Array(bytes) : bytes;
    this.#copy("write to", end, () => copyInSafely(address, source));
  }

  /** Windows copies forwards, a piece at a time: a view of the file may overlap. */
  #copy(action: "read from" | "write to", end: number, copy: () => void): void {
    try {
      copy();
    } catch (error) {
      if (!(error instanceof Win32Error)) throw error;
      this.#checkSize(end);
      // The code says how far Windows came, not why: 299, 998 or 999.
      throw toDenoError(`Cannot ${action} "${this.path}"`, error, {
        [error.code]: "a part of the file cannot be accessed",
      });
    }
  }

  #checkSize(end: number): void {
    const size = this.fileSize();
    if (this.offset + end <= size) return;
    throw new Deno.errors.UnexpectedEof(
      `Cannot reach byte ${
        this.offset + end
      } of "${this.path}": it was shortened to ${counted(size, "byte")}`,
    );
  }
}

/**
 * Writes a view to the disk. It fails with ERROR_LOCK_VIOLATION while the
 * memory manager writes the same pages, and no wait exists for that; .NET
 * retries too (dotnet/runtime, MemoryMappedView.Windows.cs).
 */
async function flushView(action: string, base: bigint): Promise<void> {
  const { raw, call } = kernel32();
  const since = performance.now();
  await retry({}, FLUSH_DELAYS, async () => {
    if (await raw.FlushViewOfFileNonblocking(base, 0n) !== 0) return true;
    // The last error of another thread is lost: the failed call is repeated
    // here.
    try {
      call.FlushViewOfFile(base, 0n);
      return true;
    } catch (error) {
      const isBusy = error instanceof Win32Error &&
        error.code === ERROR.ERROR_LOCK_VIOLATION &&
        performance.now() - since < FLUSH_TIMEOUT_MS;
      if (isBusy) return undefined;
      throw error instanceof Win32Error ? toDenoError(action, error) : error;
    }
  });
}
