/**
 * The memory of a ring: seen directly, or by copy.
 *
 * What both rely on: an aligned number of 4 bytes is written and read in one
 * piece, and on x64 stores become visible in their order and loads are made in
 * theirs (TSO), so that a message is there before the head that tells of it.
 *
 * Seen directly, `Atomics` give both, and the fences, by the language itself.
 *
 * By copy, machine code of two instructions moves head, tail, states and flags,
 * and `xchg` is the fence, because nothing that kernel32 has promises either.
 * Where the processor is no x64, `ReadProcessMemory` of 4 aligned bytes moves
 * them, which is one move in Windows' code, and an `Atomics.exchange` on a cell
 * of our own is the fence. The messages themselves are moved in whatever way,
 * because nobody looks at them before the head tells of them.
 *
 * @module
 */

import { bulkIn, bulkOut } from "../win32/bulk.ts";
import { kernel32 } from "../win32/kernel32.ts";
import {
  codeCopyIn,
  codeCopyOut,
  HAS_MEMORY_CODE,
  loadWord,
  storeWord,
} from "../win32/memory_code.ts";
import { bufferAt, viewsAllowed } from "../io/mapped_memory.ts";
import { DATA_OFFSET } from "./layout.ts";

/** The memory of a ring. Contract: who calls has checked offsets and lengths. */
export interface RingMemory {
  /** The number at `offset` bytes. */
  load(offset: number): number;
  /** Writes a number, and puts a full fence behind it. */
  store(offset: number, value: number): void;
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

  length(at: number): number {
    return this.#words[(DATA_OFFSET + at) >> 2]! >>> 0;
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

/** How numbers and bytes are copied. Contract: addresses are of the ring's memory. */
interface Moves {
  load(address: number): number;
  store(address: number, value: number): void;
  copyIn(address: number, bytes: Uint8Array<ArrayBuffer>): void;
  copyOut(address: number, bytes: Uint8Array<ArrayBuffer>): void;
}

const THIS_PROCESS = 0xffff_ffff_ffff_ffffn;
const fence = new Int32Array(1);
const word = new Uint32Array(1);

const BY_CODE: Moves = {
  load: loadWord,
  store: storeWord,
  copyIn: codeCopyIn,
  copyOut: codeCopyOut,
};

const BY_CALLS: Moves = {
  load(address) {
    const { raw } = kernel32();
    raw.ReadProcessMemory(THIS_PROCESS, BigInt(address), word, 4n, null);
    return word[0]!;
  },
  store(address, value) {
    const { raw } = kernel32();
    word[0] = value;
    raw.ReadOwnMemory(THIS_PROCESS, word, BigInt(address), 4n, 0n);
    Atomics.exchange(fence, 0, 0);
  },
  copyIn: (address, bytes) => bulkIn(BigInt(address), bytes),
  copyOut: (address, bytes) => bulkOut(BigInt(address), bytes),
};

/** The memory by copy, which needs kernel32.dll only. */
export class CopyMemory implements RingMemory {
  readonly #moves: Moves = HAS_MEMORY_CODE ? BY_CODE : BY_CALLS;
  // User addresses have 47 bits: as plain numbers they add without allocation.
  readonly #header: number;
  readonly #data: number;

  /** The ring that is mapped at `address`. */
  constructor(address: bigint) {
    this.#header = Number(address);
    this.#data = this.#header + DATA_OFFSET;
  }

  load(offset: number): number {
    return this.#moves.load(this.#header + offset);
  }

  store(offset: number, value: number): void {
    this.#moves.store(this.#header + offset, value);
  }

  length(at: number): number {
    return this.#moves.load(this.#data + at);
  }

  setLength(at: number, length: number): void {
    this.#moves.store(this.#data + at, length);
  }

  put(at: number, bytes: Uint8Array): void {
    this.#moves.copyIn(this.#data + at, local(bytes));
  }

  get(at: number, bytes: Uint8Array): void {
    const target = local(bytes);
    this.#moves.copyOut(this.#data + at, target);
    if (target !== bytes) bytes.set(target);
  }

  slice(at: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    if (length > 0) this.#moves.copyOut(this.#data + at, bytes);
    return bytes;
  }

  lend(): undefined {
    return undefined;
  }

  end(): void {}
}

/** Memory that is shared among workers cannot be handed to a native call: a copy of it can. */
function local(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}
