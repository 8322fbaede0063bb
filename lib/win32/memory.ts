/**
 * Native memory as numbers: allocated on the process heap, accessed by copying.
 *
 * JavaScript memory may move, or be transferred during an operation; memory
 * that the kernel writes to must not. And copying by a native call needs no
 * pointer objects, so everything that builds on it works under a scoped
 * `--allow-ffi`.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { checkUnresized } from "./check_unresized.ts";

const HEAP_ZERO_MEMORY = 8;

let heap = 0n;

/**
 * Allocates `size` bytes of zeroed memory; the caller frees it.
 *
 * @throws {RangeError} when Windows cannot allocate that much
 */
export function allocate(size: number): bigint {
  const { raw } = kernel32();
  const address = raw.HeapAlloc(processHeap(), HEAP_ZERO_MEMORY, BigInt(size));
  if (address === 0n) {
    throw new RangeError(`Cannot allocate ${size} bytes of native memory`);
  }
  return address;
}

/** Frees memory of {@linkcode allocate}, which another isolate may have called. */
export function free(address: bigint): void {
  kernel32().raw.HeapFree(processHeap(), 0, address);
}

/** Each isolate asks once, also one that only frees. */
function processHeap(): bigint {
  return heap ||= kernel32().raw.GetProcessHeap();
}

/**
 * Copies `bytes` to native memory. The caller ensures that they fit, and gives
 * the `size` for which it has allocated that memory.
 *
 * @throws {TypeError} when `bytes` no longer have that size
 */
export function copyIn(
  address: bigint,
  bytes: Uint8Array,
  size: number = bytes.byteLength,
): void {
  checkUnresized(bytes, size);
  if (size === 0) return;
  // A number instead of the bigint makes Deno's call 20 times slower.
  kernel32().raw.CopyIn(address, unshared(bytes), BigInt(size));
}

/** Fills `bytes` from native memory. The caller ensures that it has that many. */
export function copyOut(address: bigint, bytes: Uint8Array): void {
  const { byteLength } = bytes;
  if (byteLength === 0) return;
  const target = unshared(bytes);
  kernel32().raw.CopyOut(target, address, BigInt(byteLength));
  if (target !== bytes) bytes.set(target);
}

/**
 * `bytes`, or a copy where workers share them: a native call takes no shared
 * memory.
 */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}
