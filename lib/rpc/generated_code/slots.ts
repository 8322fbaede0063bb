/**
 * The memory that the program and the threads of generated code share, as in
 * foreign_thread_code.ts.
 *
 * @module
 */

import { kernel32 } from "../../win32/kernel32.ts";
import { copyIn } from "../../win32/memory.ts";
import { struct } from "../../win32/structs.ts";

/** The start of every slot: its link in a list, and what its thread sleeps on. */
const SLOT_HEAD = {
  next: [0, "usize"],
  lock: [16, "usize"],
  variable: [24, "usize"],
} as const;

/** Where the program's part of a slot begins. */
export const SLOT_HEAD_SIZE = 32;

/**
 * The slot of a received call: its thread continues when `answered` is set, and
 * `status` has the result.
 */
export const RECEIVED_SLOT = struct(48, {
  ...SLOT_HEAD,
  message: [32, "usize"],
  status: [40, "u32"],
  answered: [44, "u32"],
});

/**
 * The slot of a thread that makes calls: it reads the rest when `go` is set,
 * and clears that.
 */
export const CALLER_SLOT = struct(144, {
  ...SLOT_HEAD,
  request: [32, "usize"],
  length: [40, "usize"],
  status: [48, "u32"],
  stop: [52, "u32"],
  go: [56, "u32"],
  connected: [60, "u32"],
});

/** Where the `RPC_MESSAGE` begins in a {@linkcode CALLER_SLOT}. */
export const CALLER_MESSAGE_OFFSET = 64;

/**
 * Writes `words` to `slot` from `offset`, and wakes the thread that sleeps
 * until one of them is set. The thread reads them with the lock held.
 */
export function wakeThread(
  slot: bigint,
  offset: number,
  ...words: number[]
): void {
  const { raw } = kernel32();
  const lock = slot + BigInt(SLOT_HEAD.lock[0]);
  const bytes = new Uint8Array(new Uint32Array(words).buffer);
  raw.AcquireSRWLockExclusive(lock);
  copyIn(slot + BigInt(offset), bytes);
  raw.ReleaseSRWLockExclusive(lock);
  raw.WakeConditionVariable(slot + BigInt(SLOT_HEAD.variable[0]));
}
