/**
 * The memory through which the program and a thread of Windows meet: what every
 * *slot* begins with, and how its sleeper is woken.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { storeWord } from "../win32/words.ts";

/** What every slot begins with: its place in a list, and what its thread sleeps on. */
export const SLOT_HEAD = {
  next: [0, "usize"],
  lock: [16, "usize"],
  variable: [24, "usize"],
} as const;

/** Sets a number of `slot`, and wakes the thread that sleeps until it is set. */
export function wakeThread(slot: bigint, offset: number): void {
  storeWord(slot + BigInt(offset), 1);
  wakeSleeper(slot);
}

/** Wakes who sleeps at `slot`, after what it looks for has been put down. */
export function wakeSleeper(slot: bigint): void {
  const { raw } = kernel32();
  const lock = slot + BigInt(SLOT_HEAD.lock[0]);
  // Once the lock was ours, the sleeper either sleeps or will see it.
  raw.AcquireSRWLockExclusive(lock);
  raw.ReleaseSRWLockExclusive(lock);
  raw.WakeConditionVariable(slot + BigInt(SLOT_HEAD.variable[0]));
}
