/**
 * Native memory as numbers: allocated on the process heap, reached by copying.
 *
 * JavaScript memory may move, or be transferred away while an operation is
 * under way; what the kernel writes into must not. And copying with
 * `RtlMoveMemory` needs no pointer objects, which keeps everything built on it
 * under a scoped `--allow-ffi`.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";

const HEAP_ZERO_MEMORY = 8;

let heap = 0n;

/**
 * New zeroed memory of `size` bytes; the caller frees it.
 *
 * @throws {RangeError} when Windows has no such amount left
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

/** Frees what {@linkcode allocate} gave. */
export function free(address: bigint): void {
  kernel32().raw.HeapFree(heap, 0, address);
}

/** Copies `bytes` to native memory. The caller knows that they fit. */
export function copyIn(address: bigint, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  kernel32().raw.CopyIn(address, owned(bytes), BigInt(bytes.byteLength));
}

/** Fills `bytes` from native memory. The caller knows that it has that much. */
export function copyOut(address: bigint, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  if (bytes.buffer instanceof SharedArrayBuffer) {
    const copy = new Uint8Array(bytes.byteLength);
    copyOut(address, copy);
    return bytes.set(copy);
  }
  const target = bytes as Uint8Array<ArrayBuffer>;
  kernel32().raw.CopyOut(target, address, BigInt(bytes.byteLength));
}

/** Shared memory cannot be handed to a native call: a copy of it can. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}
