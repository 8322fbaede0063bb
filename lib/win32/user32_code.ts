/**
 * The machine code of threads that send messages, for x64.
 *
 * @module
 */

import { label, loadCode, type NativeFunction, to } from "./machine_code.ts";
import { procedures } from "./procedures.ts";
import { SLEEPING, sleepUntil } from "./sleeping_code.ts";
import { user32 } from "./user32.ts";

/**
 * `DWORD sender(slot *)`. Each time it is told to go it sends the message that
 * the slot describes, by `SendMessageTimeoutW` with `SMTO_ABORTIFHUNG` and
 * `SMTO_ERRORONEXIT`, and rings with the slot; or it ends.
 */
const SENDER: NativeFunction = {
  code: [
    [0x53], //                          push rbx
    [0x48, 0x83, 0xec, 0x40], //        sub  rsp, 64
    [0x48, 0x89, 0xcb], //              mov  rbx, rcx      ; the slot
    [label("next")],
    ...sleepUntil(0x50, "go"),
    [label("go")],
    [0x83, 0x63, 0x50, 0x00], //        and  dword [rbx+80], 0
    [0x48, 0x8d, 0x4b, 0x10], //        lea  rcx, [rbx+16]
    [0xff, 0x15, "release"], //         call [ReleaseSRWLockExclusive]
    [0x83, 0x7b, 0x4c, 0x00], //        cmp  dword [rbx+76], 0
    [0x75, to("end")], //               jne  end
    [0x48, 0x8b, 0x4b, 0x20], //        mov  rcx, [rbx+32] ; the window
    [0x8b, 0x53, 0x40], //              mov  edx, [rbx+64] ; the message
    [0x4c, 0x8b, 0x43, 0x28], //        mov  r8, [rbx+40]
    [0x4c, 0x8b, 0x4b, 0x30], //        mov  r9, [rbx+48]
    [0xc7, 0x44, 0x24, 0x20, 0x22, 0, 0, 0], // mov dword [rsp+32], 0x22
    [0x8b, 0x43, 0x44], //              mov  eax, [rbx+68] ; the time limit
    [0x89, 0x44, 0x24, 0x28], //        mov  [rsp+40], eax
    [0x48, 0x8b, 0x43, 0x38], //        mov  rax, [rbx+56] ; where the result goes to
    [0x48, 0x89, 0x44, 0x24, 0x30], //  mov  [rsp+48], rax
    [0xff, 0x15, "send"], //            call [SendMessageTimeoutW]
    [0x89, 0x43, 0x48], //              mov  [rbx+72], eax
    [0x48, 0x89, 0xd9], //              mov  rcx, rbx
    [0xff, 0x15, "ring"], //            call [ring]
    [0xeb, to("next")], //              jmp  next
    [label("end")],
    [0x31, 0xc0], //                    xor  eax, eax
    [0x48, 0x83, 0xc4, 0x40], //        add  rsp, 64
    [0x5b], //                          pop  rbx
    [0xc3], //                          ret
  ],
  // Version 1, a prolog of 5 bytes with 2 codes: 64 bytes, rbx.
  unwind: [0x01, 0x05, 0x02, 0x00, 0x05, 0x72, 0x01, 0x30],
};

/** Loads the function of threads that send. `ring` is the function that rings. */
export function loadSender(ring: bigint): bigint {
  user32();
  const values = {
    ring,
    ...procedures("kernel32.dll", SLEEPING),
    ...procedures("user32.dll", { send: "SendMessageTimeoutW" }),
  };
  return loadCode([SENDER], values)[0]!;
}
