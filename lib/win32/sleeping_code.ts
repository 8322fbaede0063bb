/**
 * Machine code of threads of Windows that sleep until the program wakes them,
 * for x64; lib/io/thread_slot.ts has the memory in which they meet.
 *
 * @module
 */

import { label, type Piece, to } from "./machine_code.ts";

const INFINITE = [0xff, 0xff, 0xff, 0xff];

/** With the slot's lock, sleeps until a number of the slot in rbx is set, and goes on at `place`. */
export function sleepUntil(offset: number, place: string): Piece[] {
  return [
    [0x48, 0x8d, 0x4b, 0x10], //        lea  rcx, [rbx+16] ; the lock
    [0xff, 0x15, "acquire"], //         call [AcquireSRWLockExclusive]
    [label("check")],
    [0x83, 0x7b, offset, 0x00], //      cmp  dword [rbx+offset], 0
    [0x75, to(place)], //               jne  place
    [0x48, 0x8d, 0x4b, 0x18], //        lea  rcx, [rbx+24] ; the variable
    [0x48, 0x8d, 0x53, 0x10], //        lea  rdx, [rbx+16]
    [0x41, 0xb8, ...INFINITE], //       mov  r8d, INFINITE
    [0x45, 0x31, 0xc9], //              xor  r9d, r9d
    [0xff, 0x15, "sleep"], //           call [SleepConditionVariableSRW]
    [0xeb, to("check")], //             jmp  check
  ];
}

/** The functions of kernel32 that it calls, and the one that lets go of the lock. */
export const SLEEPING = {
  acquire: "AcquireSRWLockExclusive",
  release: "ReleaseSRWLockExclusive",
  sleep: "SleepConditionVariableSRW",
} as const;
