/**
 * Native memory as numbers: allocated on the process heap, reached by copying.
 *
 * JavaScript memory may move, or be transferred away while an operation is
 * under way; what the kernel writes into must not. And copying by a native call
 * needs no pointer objects, which keeps everything built on it
 * under a scoped `--allow-ffi`.
 *
 * @module
 */

import { bulkIn, bulkOut } from "./bulk.ts";

export { allocate, free } from "./heap.ts";

/** Copies `bytes` to native memory. The caller knows that they fit. */
export function copyIn(address: bigint, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  bulkIn(address, owned(bytes));
}

/** Fills `bytes` from native memory. The caller knows that it has that much. */
export function copyOut(address: bigint, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  if (bytes.buffer instanceof SharedArrayBuffer) {
    const copy = new Uint8Array(bytes.byteLength);
    copyOut(address, copy);
    return bytes.set(copy);
  }
  bulkOut(address, bytes as Uint8Array<ArrayBuffer>);
}

/** Shared memory cannot be handed to a native call: a copy of it can. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer
    ? new Uint8Array(bytes)
    : bytes as Uint8Array<ArrayBuffer>;
}
