/**
 * Global memory: the blocks that the clipboard and DDE pass between programs.
 *
 * @module
 */

import { kernel32 } from "../../win32/kernel32.ts";
import { copyIn, copyOut } from "../../win32/memory.ts";

const GMEM_MOVEABLE = 2;
const GMEM_ZEROINIT = 0x40;

/**
 * Allocates a block of `size` bytes with `bytes`, followed by zeros. Throws a
 * `Win32Error` if there is no memory.
 */
export function allocateGlobal(
  bytes: Uint8Array,
  { size = bytes.byteLength, flags = 0 } = {},
): bigint {
  const { raw, call } = kernel32();
  const memory = call.GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT | flags, size);
  copyIn(call.GlobalLock(memory), bytes);
  raw.GlobalUnlock(memory);
  return memory;
}

/** The bytes in a block; undefined if the handle is invalid. */
export function readGlobal(
  memory: bigint,
): Uint8Array<ArrayBuffer> | undefined {
  if (memory === 0n) return undefined;
  const { raw } = kernel32();
  const address = raw.GlobalLock(memory);
  if (address === 0n) return undefined;
  try {
    const bytes = new Uint8Array(Number(raw.GlobalSize(memory)));
    copyOut(address, bytes);
    return bytes;
  } finally {
    raw.GlobalUnlock(memory);
  }
}

/** Frees a block. */
export function freeGlobal(memory: bigint): void {
  if (memory !== 0n) kernel32().raw.GlobalFree(memory);
}
