/**
 * The memory through which the program and the threads of RPC meet, as the
 * machine code of lib/win32/rpcrt4_code.ts has it.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { storeWord } from "../win32/memory_code.ts";
import type { Layout } from "../win32/structs.ts";

/** What every slot begins with: its place in a list, and what its thread sleeps on. */
const HEAD = {
  next: [0, "usize"],
  lock: [16, "usize"],
  variable: [24, "usize"],
} as const;

/** The slot of a call that was received: its thread goes on when `answered` is set, and `status` says how it ended. */
export const RECEIVED_SLOT = {
  size: 48,
  fields: {
    ...HEAD,
    message: [32, "usize"],
    status: [40, "u32"],
    answered: [44, "u32"],
  },
} as const satisfies Layout;

/** The slot of a thread that calls: it looks at the rest when `go` is set, and takes that back. */
export const CALLER_SLOT = {
  size: 144,
  fields: {
    ...HEAD,
    request: [32, "usize"],
    length: [40, "usize"],
    status: [48, "u32"],
    stop: [52, "u32"],
    go: [56, "u32"],
    connected: [60, "u32"],
  },
} as const satisfies Layout;

/** Where the `RPC_MESSAGE` stands in a {@linkcode CALLER_SLOT}. */
export const CALLER_MESSAGE_OFFSET = 64;

/** Sets a number of `slot`, and wakes the thread that sleeps until it is set. */
export function wakeThread(slot: bigint, offset: number): void {
  const { raw } = kernel32();
  const lock = slot + BigInt(HEAD.lock[0]);
  storeWord(Number(slot) + offset, 1);
  // Once the lock was ours, the thread either sleeps or will see the number.
  raw.AcquireSRWLockExclusive(lock);
  raw.ReleaseSRWLockExclusive(lock);
  raw.WakeConditionVariable(slot + BigInt(HEAD.variable[0]));
}
