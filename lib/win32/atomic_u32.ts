/**
 * Loading and storing one aligned number of 4 bytes in native memory.
 *
 * Two processes that share memory need such a number in one piece. Copying
 * functions do not guarantee that: Wine's `RtlMoveMemory` moves single bytes.
 * Microsoft guarantees it for variables: "Simple reads and writes to
 * properly-aligned 32-bit variables are atomic operations", and of 64 bits on
 * 64-bit Windows (Microsoft: Interlocked Variable Access). So these use a
 * function that only reads one variable and writes another:
 * `GetOverlappedResult` without waiting, where nothing is pending, assigns
 * `OVERLAPPED.InternalHigh` to the `DWORD` that the caller names. Its result
 * depends on `OVERLAPPED.Internal` alone, and it does not use the handle.
 *
 * For the order of accesses see {@linkcode fence}.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { OVERLAPPED } from "./structs.ts";

const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;
const VALUE_OFFSET = OVERLAPPED.fields.InternalHigh[0];
const VALUE_AT = BigInt(VALUE_OFFSET);

// These have buffers of their own, because V8 may move the bytes of small
// arrays without one.
const stored = new Uint32Array(new ArrayBuffer(OVERLAPPED.size));
const loaded = new Uint32Array(new ArrayBuffer(4));
const fenced = new Int32Array(new SharedArrayBuffer(4));

/**
 * Loads the unsigned number at `address`, a multiple of 8.
 *
 * The 8 bytes before it must belong to the same memory. Windows treats them as
 * an `NTSTATUS`, and 0 means success; for other bytes the number may be read in
 * pieces.
 */
export function loadU32(address: bigint): number {
  const { raw } = kernel32();
  const block = address - VALUE_AT;
  if (raw.GetOverlappedResult(CURRENT_PROCESS, block, loaded, 0) === 0) {
    raw.CopyOut(loaded, address, 4n);
  }
  return loaded[0]!;
}

/** Stores the number at `address`, a multiple of 4. */
export function storeU32(address: bigint, value: number): void {
  stored[VALUE_OFFSET >> 2] = value;
  kernel32().raw.StoreU32(CURRENT_PROCESS, stored, address, 0);
}

/**
 * A full fence: for all processors, earlier memory accesses of this thread come
 * before later ones.
 *
 * On x64, the store is an exchange, which is a fence itself. On ARM64, it is a
 * store with release and then a load with acquire, which stay in order (Arm
 * Architecture Reference Manual, "Barrier-ordered-before"). So accesses before
 * the first are ordered before accesses after the second.
 */
export function fence(): void {
  Atomics.store(fenced, 0, 0);
  Atomics.load(fenced, 0);
}
