/**
 * Copying between JavaScript and native memory, in the fastest way.
 *
 * A few bytes go by `RtlMoveMemory`. Many go by machine code where there is
 * some, because Wine's `RtlMoveMemory` goes byte by byte; Windows' own is as
 * fast as that.
 *
 * Numbers are handed over as `bigint`: Deno takes a `usize` that is given as a
 * plain number by a way that is 20 times slower.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { codeCopyIn, codeCopyOut, HAS_MEMORY_CODE } from "./memory_code.ts";

const MANY_BYTES = 2048;

/** Copies `bytes` to native memory. */
export function bulkIn(
  address: bigint,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  if (bytes.byteLength >= MANY_BYTES && HAS_MEMORY_CODE) {
    codeCopyIn(Number(address), bytes);
  } else kernel32().raw.CopyIn(address, bytes, BigInt(bytes.byteLength));
}

/** Fills `bytes` from native memory. */
export function bulkOut(
  address: bigint,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  if (bytes.byteLength >= MANY_BYTES && HAS_MEMORY_CODE) {
    codeCopyOut(Number(address), bytes);
  } else kernel32().raw.CopyOut(bytes, address, BigInt(bytes.byteLength));
}
