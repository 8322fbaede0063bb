/**
 * The machine code by which a thread of Windows rings for the program's thread,
 * for x64; lib/io/bell.ts has the memory in which they meet.
 *
 * A condition variable wakes a thread by itself where the program waits at its
 * bell. Where it does not, a packet at the completion port does.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { label, loadCode, type NativeFunction, to } from "./machine_code.ts";
import { procedures } from "./procedures.ts";

/**
 * `void ring(SLIST_ENTRY *entry)`. Puts the entry on the list and wakes the
 * program. Contract: the list is looked at after `attended` has become 0, and
 * before that with the lock held.
 */
const RING: NativeFunction = {
  code: [
    [0x53], //                         push rbx
    [0x48, 0x83, 0xec, 0x20], //       sub  rsp, 32
    [0x48, 0x89, 0xca], //             mov  rdx, rcx      ; the entry
    [0x48, 0x8b, 0x0d, "bell"], //     mov  rcx, [bell]
    [0x48, 0x89, 0xcb], //             mov  rbx, rcx
    [0xff, 0x15, "push"], //           call [InterlockedPushEntrySList], a fence
    [0x83, 0x7b, 0x20, 0x00], //       cmp  dword [rbx+32], 0
    [0x74, to("post")], //             je   post
    [0x48, 0x8d, 0x4b, 0x10], //       lea  rcx, [rbx+16] ; the lock
    [0xff, 0x15, "acquire"], //        call [AcquireSRWLockExclusive]
    [0x48, 0x8d, 0x4b, 0x10], //       lea  rcx, [rbx+16]
    [0xff, 0x15, "release"], //        call [ReleaseSRWLockExclusive]
    [0x48, 0x8d, 0x4b, 0x18], //       lea  rcx, [rbx+24] ; the variable
    [0xff, 0x15, "wake"], //           call [WakeConditionVariable]
    [0xeb, to("end")], //              jmp  end
    [label("post")],
    [0x48, 0x8b, 0x0d, "port"], //     mov  rcx, [port]
    [0x31, 0xd2], //                   xor  edx, edx
    [0x45, 0x31, 0xc0], //             xor  r8d, r8d
    [0x49, 0x89, 0xd9], //             mov  r9, rbx       ; the bell
    [0xff, 0x15, "post"], //           call [PostQueuedCompletionStatus]
    [label("end")],
    [0x48, 0x83, 0xc4, 0x20], //       add  rsp, 32
    [0x5b], //                         pop  rbx
    [0xc3], //                         ret
  ],
  // Version 1, a prolog of 5 bytes with 2 codes: 32 bytes, rbx.
  unwind: [0x01, 0x05, 0x02, 0x00, 0x05, 0x32, 0x01, 0x30],
};

/** Prepares the bell at `bell`, and loads the function that rings it or posts to `port`. */
export function loadRing(bell: bigint, port: bigint): bigint {
  kernel32().call.InitializeSListHead(bell);
  const values = {
    bell,
    port,
    ...procedures("kernel32.dll", {
      push: "InterlockedPushEntrySList",
      acquire: "AcquireSRWLockExclusive",
      release: "ReleaseSRWLockExclusive",
      wake: "WakeConditionVariable",
      post: "PostQueuedCompletionStatus",
    }),
  };
  return loadCode([RING], values)[0]!;
}
