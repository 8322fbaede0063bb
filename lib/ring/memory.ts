/**
 * The memory of a ring: seen directly, or by copy.
 *
 * What both rely on: an aligned number of 4 bytes is written and read in one
 * piece, and fences keep the order: a message is there before the head that
 * tells of it, and the head is read before the message.
 *
 * Seen directly, `Atomics` give both by the language itself.
 *
 * By copy, `loadWord()` and `storeWord()` move head, tail, states and flags in
 * one piece, and fences of the same `Atomics` stand around them, because a
 * native call has no order of its own on ARM64. The messages themselves, and
 * what is written once, are moved in whatever way: nobody looks at them before
 * a head or a state tells of them.
 *
 * @module
 */

import { bufferAt, viewsAllowed } from "../io/mapped_memory.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
import { fence, loadWord, storeWord } from "../win32/words.ts";
import { DATA_OFFSET } from "./layout.ts";

/** The memory of a ring. Contract: who calls has checked offsets and lengths. */
export interface RingMemory {
  /** The number at `offset` bytes, where a cache line begins; a fence follows. */
  load(offset: number): number;
  /** Writes a number between two fences. */
  store(offset: number, value: number): void;
  /** The number at `offset` bytes, which no longer changes. */
  constant(offset: number): number;
  /** The length in front of the message at `at` bytes of the data. */
  length(at: number): number;
  /** Writes that length. */
  setLength(at: number, length: number): void;
  /** Copies `bytes` to `at` bytes of the data. */
  put(at: number, bytes: Uint8Array): void;
  /** Fills `bytes` from `at` bytes of the data. */
  get(at: number, bytes: Uint8Array): void;
  /** A copy of the data. */
  slice(at: number, length: number): Uint8Array<ArrayBuffer>;
  /**
   * The data itself, in a buffer of its own that can be detached; undefined
   * where it cannot be seen directly, or no longer.
   */
  lend(at: number, length: number): Uint8Array<ArrayBuffer> | undefined;
  /** No further use: the memory is about to go. */
  end(): void;
}

/**
 * Puts `bytes` to `at`, or gets them from there, going on at the beginning
 * where the data of `size` bytes end.
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

/** A copy of `length` bytes from `at`, in the same way; in `buffer` where one is given. */
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

/** The memory itself. Needs `--allow-ffi` for everything. */
export class ViewMemory implements RingMemory {
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #data: Uint8Array<ArrayBuffer>;
  readonly #address: bigint;
  readonly #what: string;

  /** The ring of `size` bytes of data that is mapped at `address`. */
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

  constant(offset: number): number {
    return this.#words[offset >> 2]! >>> 0;
  }

  length(at: number): number {
    return this.constant(DATA_OFFSET + at);
  }

  setLength(at: number, length: number): void {
    this.#words[(DATA_OFFSET + at) >> 2] = length;
  }

  put(at: number, bytes: Uint8Array): void {
    this.#data.set(bytes, at);
  }

  get(at: number, bytes: Uint8Array): void {
    bytes.set(this.#data.subarray(at, at + bytes.byteLength));
  }

  slice(at: number, length: number): Uint8Array<ArrayBuffer> {
    return this.#data.slice(at, at + length);
  }

  lend(at: number, length: number): Uint8Array<ArrayBuffer> | undefined {
    // The program may have given the permission up since.
    if (!viewsAllowed()) return undefined;
    const address = this.#address + BigInt(at);
    return new Uint8Array(bufferAt(address, length, this.#what));
  }

  end(): void {
    this.#data.buffer.transfer(0);
  }
}

const number = new Uint32Array(new ArrayBuffer(4));

/** The memory by copy, which needs kernel32.dll only. */
export class CopyMemory implements RingMemory {
  readonly #address: bigint;
  readonly #data: bigint;
  /** The addresses of the numbers in the header: each sum would be a new bigint. */
  readonly #addresses: bigint[] = [];

  /** The ring that is mapped at `address`. */
  constructor(address: bigint) {
    this.#address = address;
    this.#data = address + BigInt(DATA_OFFSET);
  }

  load(offset: number): number {
    const value = loadWord(this.#addressOf(offset));
    fence();
    return value;
  }

  store(offset: number, value: number): void {
    fence();
    storeWord(this.#addressOf(offset), value);
    fence();
  }

  constant(offset: number): number {
    kernel32().raw.CopyOut(number, this.#address + BigInt(offset), 4n);
    return number[0]!;
  }

  length(at: number): number {
    return this.constant(DATA_OFFSET + at);
  }

  setLength(at: number, value: number): void {
    storeWord(this.#data + BigInt(at), value);
  }

  put(at: number, bytes: Uint8Array): void {
    copyIn(this.#data + BigInt(at), bytes);
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

  #addressOf(offset: number): bigint {
    return this.#addresses[offset >> 2] ??= this.#address + BigInt(offset);
  }
}
