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

import { kernel32 } from "./kernel32.ts";

export { allocate, free } from "./heap.ts";

/** Copies `bytes` to native memory. The caller knows that they fit. */
export function copyIn(address: bigint, bytes: Uint8Array): void {
  const { byteLength } = bytes;
  if (byteLength === 0) return;
  // A number instead of the bigint makes Deno's call 20 times slower.
  kernel32().raw.CopyIn(address, local(bytes), BigInt(byteLength));
}

/** Fills `bytes` from native memory. The caller knows that it has that much. */
export function copyOut(address: bigint, bytes: Uint8Array): void {
  const { byteLength } = bytes;
  if (byteLength === 0) return;
  const target = isLocal(bytes) ? bytes : new Uint8Array(byteLength);
  kernel32().raw.CopyOut(target, address, BigInt(byteLength));
  if (target !== bytes) bytes.set(target);
}

/** Memory that is shared among workers cannot be handed to a native call: a copy of it can. */
function local(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isLocal(bytes) ? bytes : new Uint8Array(bytes);
}

function isLocal(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return !(bytes.buffer instanceof SharedArrayBuffer);
}
