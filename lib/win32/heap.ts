/**
 * Native memory by number, from the process heap.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";

const HEAP_ZERO_MEMORY = 8;

let heap = 0n;

/**
 * Allocates `size` bytes of zeroed memory; the caller frees it.
 *
 * @throws {RangeError} when Windows cannot allocate that much
 */
export function allocate(size: number): bigint {
  const { raw } = kernel32();
  heap ||= raw.GetProcessHeap();
  const address = raw.HeapAlloc(heap, HEAP_ZERO_MEMORY, BigInt(size));
  if (address === 0n) {
    throw new RangeError(`Cannot allocate ${size} bytes of native memory`);
  }
  return address;
}

/** Frees memory of {@linkcode allocate}. */
export function free(address: bigint): void {
  kernel32().raw.HeapFree(heap, 0, address);
}
