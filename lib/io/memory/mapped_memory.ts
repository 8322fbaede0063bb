/**
 * Memory that is mapped into this process, accessed by copy or directly.
 *
 * @module
 */

import { isGranted } from "../../granted_permissions.ts";
import { inSentence } from "../format.ts";
import { copyIn, copyOut } from "../../win32/memory.ts";
import { checkBytes, checkInteger } from "../checks.ts";
import {
  registerFinalizer,
  unregisterFinalizer,
} from "../object/finalization.ts";
import { type MemoryAccess, unmap } from "./section.ts";

/**
 * Mapped memory.
 *
 * You can access it in two ways. `read` and `write` copy, and need only
 * `--allow-ffi` for kernel32.dll. `view` returns the memory itself, which needs
 * `--allow-ffi` without a path.
 *
 * After `close`, every view has length 0. First await operations that use a
 * view, such as `Deno.FsFile.write`. If the program has transferred the buffer
 * of a view (`transfer`, `postMessage` with a transfer list), the memory stays
 * mapped until the program ends. A view keeps its memory mapped, even if that
 * is garbage collected without `close()`.
 *
 * @example
 * ```ts
 * import { createSharedMemory } from "@winipc/winipc";
 *
 * using memory = createSharedMemory("counters", { size: 4096 });
 * memory.write(new Uint8Array([1, 2, 3])); // copies
 * const counters = new Int32Array(memory.view(0, 16).buffer, 0, 4); // is the memory
 * Atomics.add(counters, 1, 1);
 * console.log(memory.read(0, 8));
 * ```
 */
export abstract class MappedMemory implements Disposable {
  /** How this process may use the memory. */
  readonly access: MemoryAccess;
  readonly #what: string;
  #address: bigint;
  #base: bigint;
  #size: number;
  #buffer: ArrayBuffer | undefined;
  #closed = false;
  #borrowed = 0;
  readonly #toUnmap: bigint[] = [];

  /** Use the functions that create and open memory. */
  protected constructor(
    what: string,
    access: MemoryAccess,
    base: bigint,
    skipped: number,
    size: number,
  ) {
    this.#what = what;
    this.access = access;
    this.#base = base;
    this.#address = base + BigInt(skipped);
    this.#size = size;
    this.#watch();
  }

  /** The size in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Returns a copy of `length` bytes from `offset`; by default up to the end.
   *
   * Throws a {@linkcode RangeError} past the end, and {@linkcode
   * Deno.errors.BadResource} when closed.
   */
  read(offset = 0, length?: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#checked(offset, length));
    this.copyOut(this.#address + BigInt(offset), bytes, offset);
    return bytes;
  }

  /**
   * Fills `buffer` with the bytes from `offset`. Throws the same errors as
   * {@linkcode MappedMemory.read}.
   */
  readInto(buffer: Uint8Array, offset = 0): void {
    checkBytes(buffer);
    this.#checked(offset, buffer.byteLength);
    this.copyOut(this.#address + BigInt(offset), buffer, offset);
  }

  /**
   * Copies `bytes` to `offset`.
   *
   * Throws a `TypeError` for read-only memory; otherwise the same errors as
   * {@linkcode MappedMemory.read}.
   */
  write(bytes: Uint8Array, offset = 0): void {
    checkBytes(bytes);
    if (this.access === "read") {
      throw new TypeError(
        `Cannot write to ${
          inSentence(this.#what)
        }: it is open for reading only`,
      );
    }
    this.#checked(offset, bytes.byteLength);
    this.copyIn(this.#address + BigInt(offset), bytes, offset);
  }

  /**
   * Returns the memory itself, from `offset`. Changes by other processes are
   * visible at once, and `Atomics` work on it. All views share one buffer.
   *
   * Needs `--allow-ffi` without a path, not only for kernel32.dll. Throws
   * {@linkcode Deno.errors.NotCapable} without it; a `TypeError` for memory
   * with access `"read"`, because a write through the view would end the
   * process (use `"copy-on-write"`); a {@linkcode RangeError} past the end;
   * {@linkcode Deno.errors.BadResource} when closed.
   */
  view(offset = 0, length?: number): Uint8Array<ArrayBuffer> {
    const size = this.#checked(offset, length);
    if (this.access === "read") {
      throw new TypeError(
        `Cannot view ${
          inSentence(this.#what)
        }: a write through a view of memory that is open for reading would end the process; ` +
          `open it with access "copy-on-write", or use read()`,
      );
    }
    this.#buffer ??= this.#viewable();
    return new Uint8Array(this.#buffer, offset, size);
  }

  /** Unmaps the memory here; every view then has length 0. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
  }

  /** Closes the memory, like {@linkcode MappedMemory.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** The memory's description in errors. */
  protected get what(): string {
    return this.#what;
  }

  /** Throws `BadResource` when closed. */
  protected assertOpen(): void {
    if (!this.#closed) return;
    throw new Deno.errors.BadResource(`${this.#what} is closed`);
  }

  /** Copies from native memory; `offset` is for errors. */
  protected copyOut(
    address: bigint,
    bytes: Uint8Array,
    _offset: number,
  ): void {
    copyOut(address, bytes);
  }

  /** Copies to native memory; `offset` is for errors. */
  protected copyIn(
    address: bigint,
    bytes: Uint8Array,
    _offset: number,
  ): void {
    copyIn(address, bytes);
  }

  /** Replaces the current mapping, and ends its views. */
  protected replace(base: bigint, skipped: number, size: number): void {
    this.#release();
    this.#base = base;
    this.#address = base + BigInt(skipped);
    this.#size = size;
    this.#watch();
  }

  /**
   * Keeps the current mapping for `work` on another thread, even if it is
   * closed meanwhile.
   */
  protected async whileMapped<T>(
    work: (base: bigint) => Promise<T>,
  ): Promise<T> {
    this.assertOpen();
    this.#borrowed++;
    try {
      return await work(this.#base);
    } finally {
      this.#borrowed--;
      if (this.#borrowed === 0) this.#toUnmap.splice(0).forEach(unmap);
    }
  }

  #watch(): void {
    const base = this.#base;
    registerFinalizer(this, { what: this.#what, release: () => unmap(base) });
  }

  /**
   * All the memory as a buffer. The program may transfer it without notice:
   * only `close()` unmaps it.
   */
  #viewable(): ArrayBuffer {
    const buffer = bufferAt(this.#address, this.#size, this.#what);
    unregisterFinalizer(this);
    owners.set(buffer, this);
    return buffer;
  }

  #release(): void {
    unregisterFinalizer(this);
    const buffer = this.#buffer;
    this.#buffer = undefined;
    // The program has transferred it and may still reach the memory: it stays
    // mapped.
    if (buffer?.detached) return;
    buffer?.transfer(0);
    if (this.#borrowed > 0) this.#toUnmap.push(this.#base);
    else unmap(this.#base);
  }

  #checked(offset: number, length = this.#size - offset): number {
    this.assertOpen();
    checkInteger("offset", offset, 0, this.#size);
    checkInteger("length", length, 0, this.#size - offset);
    return length;
  }
}

/** Keeps memory open as long as a view of it is reachable. */
const owners = new WeakMap<ArrayBuffer, MappedMemory>();

/** Whether `bytes` are a view of mapped memory. */
export function isMapped({ buffer }: Uint8Array): boolean {
  return owners.has(buffer as ArrayBuffer);
}

/** Whether Deno allows views of native memory: `--allow-ffi` without a path. */
export function viewsAllowed(): boolean {
  return isGranted({ name: "ffi" });
}

/**
 * The memory at `address` as a buffer. Detach it before the memory is unmapped.
 *
 * @throws {Deno.errors.NotCapable} without the permission
 */
export function bufferAt(
  address: bigint,
  size: number,
  what: string,
): ArrayBuffer {
  if (!viewsAllowed()) {
    throw new Deno.errors.NotCapable(
      `Cannot view ${
        inSentence(what)
      }: a view of native memory needs --allow-ffi without a list of libraries; read and write by copy instead`,
    );
  }
  const pointer = Deno.UnsafePointer.create(address)!;
  return Deno.UnsafePointerView.getArrayBuffer(pointer, size);
}
