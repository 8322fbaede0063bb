/**
 * Loading and storing one aligned number of 4 bytes in native memory.
 *
 * Two processes that share memory need such a number in one piece. Copying
 * functions promise nothing of that kind: Wine's `RtlMoveMemory` moves single
 * bytes. Microsoft promises it for variables: "Simple reads and writes to
 * properly-aligned 32-bit variables are atomic operations", and of 64 bits on
 * 64-bit Windows (Microsoft: Interlocked Variable Access). So these go through
 * a function that does nothing but read one variable and write another:
 * `GetOverlappedResult` without waiting, where nothing is pending, assigns
 * `OVERLAPPED.InternalHigh` to the `DWORD` that the caller names. Its result
 * depends on `OVERLAPPED.Internal` alone, and it does not use the handle.
 *
 * Order is another matter: {@linkcode fence}.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { OVERLAPPED } from "./structs.ts";

const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;
const VALUE_OFFSET = OVERLAPPED.fields.InternalHigh[0];
const VALUE_AT = BigInt(VALUE_OFFSET);

// Over buffers of their own, because V8 may move the bytes of small arrays that
// have none.
const stored = new Uint32Array(new ArrayBuffer(OVERLAPPED.size));
const loaded = new Uint32Array(new ArrayBuffer(4));
const fenced = new Int32Array(new SharedArrayBuffer(4));

/**
 * The number at `address`, a multiple of 8, as an unsigned one.
 *
 * Contract: the 8 bytes before it belong to the same memory. What is there is
 * an `NTSTATUS` to Windows, which is success where all of them are 0; for
 * other bytes the number may be read in pieces.
 */
export function loadWord(address: bigint): number {
  const { raw } = kernel32();
  const block = address - VALUE_AT;
  if (raw.GetOverlappedResult(CURRENT_PROCESS, block, loaded, 0) === 0) {
    raw.CopyOut(loaded, address, 4n);
  }
  return loaded[0]!;
}

/** Writes the number at `address`, a multiple of 4. */
export function storeWord(address: bigint, value: number): void {
  stored[VALUE_OFFSET >> 2] = value;
  kernel32().raw.StoreWord(CURRENT_PROCESS, stored, address, 0);
}

/**
 * A full fence: what this thread has done to memory before comes before what it
 * does later, for all processors.
 *
 * On x64 the store is an exchange, which is a fence by itself. On ARM64 it is a
 * store with release and then a load with acquire, which stay in their order
 * (Arm Architecture Reference Manual, "Barrier-ordered-before"); so what comes
 * before the first is ordered before what comes after the second.
 */
export function fence(): void {
  Atomics.store(fenced, 0, 0);
  Atomics.load(fenced, 0);
}
