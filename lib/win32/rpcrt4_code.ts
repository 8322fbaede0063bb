/**
 * The machine code on the threads of remote procedure calls, for x64.
 *
 * A *slot* is native memory through which such a thread and the program meet.
 * The thread rings for the program with it, and the program wakes the thread by
 * the slot's condition variable; lib/rpc/slots.ts has the layouts.
 *
 * @module
 */

import { label, loadCode, type NativeFunction, to } from "./machine_code.ts";
import { procedures } from "./procedures.ts";
import { rpcrt4 } from "./rpcrt4.ts";
import { SLEEPING, sleepUntil } from "./sleeping_code.ts";

/**
 * The dispatch function of every procedure: `void dispatch(RPC_MESSAGE *)`, on
 * a thread of RPC. Takes a free slot (waiting while there is none), rings with
 * it, sleeps until the call is answered, gives the slot back, and raises a
 * status other than 0, which RPC tells the client.
 */
const DISPATCH: NativeFunction = {
  code: [
    [0x53], //                          push rbx
    [0x56], //                          push rsi
    [0x48, 0x83, 0xec, 0x28], //        sub  rsp, 40
    [0x48, 0x89, 0xce], //              mov  rsi, rcx      ; the message
    [label("retry")],
    [0x48, 0x8b, 0x0d, "slots"], //     mov  rcx, [slots]
    [0xff, 0x15, "pop"], //             call [InterlockedPopEntrySList]
    [0x48, 0x85, 0xc0], //              test rax, rax
    [0x75, to("free")], //              jnz  free
    [0xb9, 0x01, 0x00, 0x00, 0x00], //  mov  ecx, 1
    [0xff, 0x15, "pause"], //           call [Sleep]
    [0xeb, to("retry")], //             jmp  retry
    [label("free")],
    [0x48, 0x89, 0xc3], //              mov  rbx, rax      ; the slot
    [0x48, 0x89, 0x73, 0x20], //        mov  [rbx+32], rsi
    [0xc7, 0x43, 0x2c, 0, 0, 0, 0], //  mov  dword [rbx+44], 0
    [0x48, 0x89, 0xd9], //              mov  rcx, rbx
    [0xff, 0x15, "ring"], //            call [ring]
    ...sleepUntil(0x2c, "answered"),
    [label("answered")],
    [0x48, 0x8d, 0x4b, 0x10], //        lea  rcx, [rbx+16]
    [0xff, 0x15, "release"], //         call [ReleaseSRWLockExclusive]
    [0x8b, 0x73, 0x28], //              mov  esi, [rbx+40] ; the status
    [0x48, 0x8b, 0x0d, "slots"], //     mov  rcx, [slots]
    [0x48, 0x89, 0xda], //              mov  rdx, rbx
    [0xff, 0x15, "push"], //            call [InterlockedPushEntrySList]
    [0x85, 0xf6], //                    test esi, esi
    [0x74, to("end")], //               jz   end
    [0x89, 0xf1], //                    mov  ecx, esi
    [0xff, 0x15, "raise"], //           call [RpcRaiseException]
    [label("end")],
    [0x48, 0x83, 0xc4, 0x28], //        add  rsp, 40
    [0x5e], //                          pop  rsi
    [0x5b], //                          pop  rbx
    [0xc3], //                          ret
  ],
  // Version 1, a prolog of 6 bytes with 3 codes: 40 bytes, rsi, rbx.
  unwind: [0x01, 0x06, 0x03, 0x00, 0x06, 0x42, 0x02, 0x60, 0x01, 0x30, 0, 0],
};

/**
 * A thread that calls: `DWORD caller(slot *)`. Each time it is told to go it
 * makes the call that the slot describes, and rings with the slot; or it ends.
 * Without a request it only connects, of which the slot tells, too.
 */
const CALLER: NativeFunction = {
  code: [
    [0x53], //                          push rbx
    [0x48, 0x83, 0xec, 0x20], //        sub  rsp, 32
    [0x48, 0x89, 0xcb], //              mov  rbx, rcx      ; the slot
    [label("next")],
    ...sleepUntil(0x38, "go"),
    [label("go")],
    [0xc7, 0x43, 0x38, 0, 0, 0, 0], //  mov  dword [rbx+56], 0
    [0x48, 0x8d, 0x4b, 0x10], //        lea  rcx, [rbx+16]
    [0xff, 0x15, "release"], //         call [ReleaseSRWLockExclusive]
    [0x83, 0x7b, 0x34, 0x00], //        cmp  dword [rbx+52], 0
    [0x75, to("end")], //               jne  end
    [0x48, 0x8d, 0x4b, 0x40], //        lea  rcx, [rbx+64] ; the message
    [0xff, 0x15, "getBuffer"], //       call [I_RpcGetBuffer]
    [0x85, 0xc0], //                    test eax, eax
    [0x75, to("tell")], //              jnz  tell
    [0xff, 0x43, 0x3c], //              inc  dword [rbx+60]
    [0x48, 0x8b, 0x53, 0x20], //        mov  rdx, [rbx+32] ; the request
    [0x48, 0x85, 0xd2], //              test rdx, rdx
    [0x74, to("tell")], //              jz   tell
    [0x48, 0x8b, 0x4b, 0x50], //        mov  rcx, [rbx+80] ; the buffer
    [0x4c, 0x8b, 0x43, 0x28], //        mov  r8, [rbx+40]
    [0xff, 0x15, "move"], //            call [RtlMoveMemory]
    [0x48, 0x8d, 0x4b, 0x40], //        lea  rcx, [rbx+64]
    [0xff, 0x15, "sendReceive"], //     call [I_RpcSendReceive]
    [label("tell")],
    [0x89, 0x43, 0x30], //              mov  [rbx+48], eax
    [0x48, 0x89, 0xd9], //              mov  rcx, rbx
    [0xff, 0x15, "ring"], //            call [ring]
    [0xeb, to("next")], //              jmp  next
    [label("end")],
    [0x31, 0xc0], //                    xor  eax, eax
    [0x48, 0x83, 0xc4, 0x20], //        add  rsp, 32
    [0x5b], //                          pop  rbx
    [0xc3], //                          ret
  ],
  // Version 1, a prolog of 5 bytes with 2 codes: 32 bytes, rbx.
  unwind: [0x01, 0x05, 0x02, 0x00, 0x05, 0x32, 0x01, 0x30],
};

/** Loads the dispatch function. `slots` is the address of a list head, `ring` the function that rings. */
export function loadDispatch(slots: bigint, ring: bigint): bigint {
  rpcrt4();
  const values = {
    slots,
    ring,
    ...procedures("kernel32.dll", {
      ...SLEEPING,
      pop: "InterlockedPopEntrySList",
      push: "InterlockedPushEntrySList",
      pause: "Sleep",
    }),
    ...procedures("rpcrt4.dll", { raise: "RpcRaiseException" }),
  };
  return loadCode([DISPATCH], values)[0]!;
}

/** Loads the function of threads that call. `ring` is the function that rings. */
export function loadCaller(ring: bigint): bigint {
  rpcrt4();
  const values = {
    ring,
    ...procedures("kernel32.dll", { ...SLEEPING, move: "RtlMoveMemory" }),
    ...procedures("rpcrt4.dll", {
      getBuffer: "I_RpcGetBuffer",
      sendReceive: "I_RpcSendReceive",
    }),
  };
  return loadCode([CALLER], values)[0]!;
}
