/**
 * The memory of a ring: accessed directly, or by copy.
 *
 * Both rely on two facts. An aligned number of 4 bytes is written and read in
 * one piece. Fences keep the order: a message is written before the head that
 * announces it, and the head is read before the message.
 *
 * With direct access, `Atomics` guarantee both.
 *
 * By copy, `loadU32()` and `storeU32()` move head, tail, states and flags in
 * one piece, between fences by the same `Atomics`, because a native call orders
 * nothing on ARM64. Messages, and numbers that are written once, need no such
 * care: the other end reads them only after a head or a state announces them.
 *
 * @module
 */

import { bufferAt, viewsAllowed } from "../io/memory/mapped_memory.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
import { fence, loadU32, storeU32 } from "../win32/atomic_u32.ts";
import { DATA_OFFSET, RECORD_HEADER } from "./layout.ts";

/** The memory of a ring. Callers have checked offsets and lengths. */
export interface RingMemory {
  /**
   * Reads the number at `offset` bytes, the start of a cache line; a fence
   * follows.
   */
  load(offset: number): number;
  /** Writes a number between two fences. */
  store(offset: number, value: number): void;
  /**
   * Reads the number at `offset` bytes without a fence. The number must no
   * longer change, or only its lowest byte may, and it must not announce other
   * memory.
   */
  plain(offset: number): number;
  /** Reads the length before the message at `at` bytes of the data. */
  length(at: number): number;
  /** Writes that length. It and the bytes of put() are there once the next number is stored. */
  setLength(at: number, length: number): void;
  /** Copies `bytes` to `at` bytes of the data. */
  put(at: number, bytes: Uint8Array): void;
  /** Fills `bytes` from `at` bytes of the data. */
  get(at: number, bytes: Uint8Array): void;
  /** A copy of the data. */
  slice(at: number, length: number): Uint8Array<ArrayBuffer>;
  /**
   * The data in a buffer of its own that can be detached; undefined if direct
   * access is not or no longer possible.
   */
  lend(at: number, length: number): Uint8Array<ArrayBuffer> | undefined;
  /** Ends all use: the memory will be unmapped. */
  end(): void;
}

/**
 * Copies `bytes` to or from `at`, and wraps around at the end of the data of
 * `size` bytes.
 */
export function moveAround(
  memory: RingMemory,
  way: "put" | "get",
  at: number,
  bytes: Uint8Array,
  size: number,
): void {
  const first = size - at;
  if (bytes.byteLength <= first) {
    if (bytes.byteLength > 0) memory[way](at, bytes);
    return;
  }
  if (first > 0) memory[way](at, bytes.subarray(0, first));
  memory[way](0, bytes.subarray(first));
}

/**
 * Returns a copy of `length` bytes from `at`, with the same wrapping; in
 * `buffer` if given.
 */
export function copyAround(
  memory: RingMemory,
  size: number,
  at: number,
  length: number,
  buffer?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (buffer === undefined && at + length <= size) {
    return memory.slice(at, length);
  }
  const bytes = buffer?.subarray(0, length) ?? new Uint8Array(length);
  moveAround(memory, "get", at, bytes, size);
  return bytes;
}

/** Direct access. Needs `--allow-ffi` without a path. */
export class ViewMemory implements RingMemory {
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #data: Uint8Array<ArrayBuffer>;
  readonly #address: bigint;
  readonly #what: string;

  /** The ring with `size` bytes of data that is mapped at `address`. */
  constructor(address: bigint, size: number, what: string) {
    this.#address = address + BigInt(DATA_OFFSET);
    this.#what = what;
    const buffer = bufferAt(address, DATA_OFFSET + size, what);
    this.#words = new Int32Array(buffer);
    this.#data = new Uint8Array(buffer, DATA_OFFSET);
  }

  load(offset: number): number {
    return Atomics.load(this.#words, offset >> 2);
  }

  store(offset: number, value: number): void {
    Atomics.store(this.#words, offset >> 2, value);
  }

  plain(offset: number): number {
    return this.#words[offset >> 2]! >>> 0;
  }

  length(at: number): number {
    return this.plain(DATA_OFFSET + at);
  }

  setLength(at: number, length: number): void {
    this.#words[(DATA_OFFSET + at) >> 2] = length;
  }

  put(at: number, bytes: Uint8Array): void {
    this.#data.set(bytes, at);
  }

  get(at: number, bytes: Uint8Array): void {
    // Half the time of subarray(), which looks for the class to make.
    const { buffer } = this.#words;
    bytes.set(new Uint8Array(buffer, DATA_OFFSET + at, bytes.byteLength));
  }

  slice(at: number, length: number): Uint8Array<ArrayBuffer> {
    return this.#data.slice(at, at + length);
  }

  lend(at: number, length: number): Uint8Array<ArrayBuffer> | undefined {
    // The program may have revoked the permission.
    if (!viewsAllowed()) return undefined;
    const address = this.#address + BigInt(at);
    return new Uint8Array(bufferAt(address, length, this.#what));
  }

  end(): void {
    this.#data.buffer.transfer(0);
  }
}

const number = new Uint32Array(new ArrayBuffer(4));

/** How many bytes of short messages are copied by one call, at most. */
const STAGE = 16384;
/** Longer messages are copied alone. */
const MAX_STAGED = 2048;

/** Access by copy, which needs only kernel32.dll. */
export class CopyMemory implements RingMemory {
  readonly #address: bigint;
  readonly #data: bigint;
  /** Bytes to be copied later, to `#stagedAt` bytes of the data. */
  #staged: Uint32Array<ArrayBuffer> | undefined;
  #stagedBytes = new Uint8Array();
  #stagedAt = 0;
  #stagedSize = 0;
  /** The addresses of the numbers in the header: each sum would be a new bigint. */
  readonly #addresses: bigint[] = [];

  /** The ring that is mapped at `address`. */
  constructor(address: bigint) {
    this.#address = address;
    this.#data = address + BigInt(DATA_OFFSET);
  }

  load(offset: number): number {
    const value = loadU32(this.#addressOf(offset));
    fence();
    return value;
  }

  store(offset: number, value: number): void {
    this.#flush();
    fence();
    storeU32(this.#addressOf(offset), value);
    fence();
  }

  plain(offset: number): number {
    kernel32().raw.CopyOut(number, this.#address + BigInt(offset), 4n);
    return number[0]!;
  }

  length(at: number): number {
    return this.plain(DATA_OFFSET + at);
  }

  setLength(at: number, value: number): void {
    const offset = this.#stage(at, 4);
    this.#staged![offset >> 2] = value;
  }

  put(at: number, bytes: Uint8Array): void {
    const { byteLength } = bytes;
    if (byteLength <= MAX_STAGED) {
      const offset = this.#stage(at, byteLength);
      this.#stagedBytes.set(bytes, offset);
    } else {
      this.#flush();
      copyIn(this.#data + BigInt(at), bytes);
    }
  }

  get(at: number, bytes: Uint8Array): void {
    copyOut(this.#data + BigInt(at), bytes);
  }

  slice(at: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.get(at, bytes);
    return bytes;
  }

  lend(): undefined {
    return undefined;
  }

  end(): void {}

  /**
   * The offset of `at` among the staged bytes: after them and padding, or 0
   * after a flush.
   */
  #stage(at: number, size: number): number {
    if (this.#staged === undefined) {
      this.#staged = new Uint32Array(STAGE >> 2);
      this.#stagedBytes = new Uint8Array(this.#staged.buffer);
    }
    let offset = at - this.#stagedAt;
    const padding = offset - this.#stagedSize;
    if (padding < 0 || padding >= RECORD_HEADER || offset + size > STAGE) {
      this.#flush();
      this.#stagedAt = at;
      offset = 0;
    }
    this.#stagedSize = offset + size;
    return offset;
  }

  #flush(): void {
    if (this.#stagedSize === 0) return;
    const address = this.#data + BigInt(this.#stagedAt);
    const size = BigInt(this.#stagedSize);
    this.#stagedSize = 0;
    kernel32().raw.CopyIn(address, this.#stagedBytes, size);
  }

  #addressOf(offset: number): bigint {
    return this.#addresses[offset >> 2] ??= this.#address + BigInt(offset);
  }
}
