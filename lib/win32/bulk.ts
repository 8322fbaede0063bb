/**
 * Copying between JavaScript and native memory by `ReadProcessMemory`, with
 * this process on both sides.
 *
 * It costs a system call, and has two advantages. A number of 4 aligned bytes
 * is one move in it, in Windows' kernel as in Wine, whose `RtlMoveMemory` goes
 * byte by byte; so another process never sees half a number. And for the same
 * reason it is much faster in Wine for many bytes. Windows' own
 * `RtlMoveMemory` needs no system call and is the better one there: which of
 * the two moves many bytes is measured once.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { allocate, free } from "./heap.ts";

const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;
const MANY_BYTES = 2048;
const SAMPLE = 65536;
const ROUNDS = 8;

let bySystemCall: boolean | undefined;

/** Copies `bytes` to native memory in one system call. */
export function copyInAtOnce(
  address: number | bigint,
  bytes: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
): void {
  const size = bytes.byteLength;
  kernel32().raw.ReadOwnMemory(CURRENT_PROCESS, bytes, address, size, 0n);
}

/** Fills `bytes` from native memory in one system call. */
export function copyOutAtOnce(
  address: number | bigint,
  bytes: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
): void {
  const size = bytes.byteLength;
  kernel32().raw.ReadProcessMemory(CURRENT_PROCESS, address, bytes, size, null);
}

/** Copies `bytes` to native memory, in the faster way. */
export function bulkIn(
  address: number | bigint,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  if (bytes.byteLength >= MANY_BYTES && fasterBySystemCall()) {
    copyInAtOnce(address, bytes);
  } else copyInPlainly(address, bytes);
}

/** Fills `bytes` from native memory, in the faster way. */
export function bulkOut(
  address: number | bigint,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  if (bytes.byteLength >= MANY_BYTES && fasterBySystemCall()) {
    copyOutAtOnce(address, bytes);
  } else copyOutPlainly(address, bytes);
}

function copyInPlainly(
  address: number | bigint,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  kernel32().raw.CopyIn(address, bytes, bytes.byteLength);
}

function copyOutPlainly(
  address: number | bigint,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  kernel32().raw.CopyOut(bytes, address, bytes.byteLength);
}

function fasterBySystemCall(): boolean {
  return bySystemCall ??= measured();
}

function measured(): boolean {
  const memory = allocate(SAMPLE);
  const bytes = new Uint8Array(SAMPLE);
  try {
    const plain = best(() => {
      copyInPlainly(memory, bytes);
      copyOutPlainly(memory, bytes);
    });
    const atOnce = best(() => {
      copyInAtOnce(memory, bytes);
      copyOutAtOnce(memory, bytes);
    });
    return atOnce < plain;
  } finally {
    free(memory);
  }
}

function best(work: () => void): number {
  let least = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const since = performance.now();
    work();
    least = Math.min(least, performance.now() - since);
  }
  return least;
}
