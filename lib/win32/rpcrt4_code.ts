/**
 * The machine code on the threads of remote procedure calls, for x64.
 *
 * A *slot* is native memory through which such a thread and the program meet.
 * Its address is what the thread posts to the completion port; lib/rpc/slots.ts
 * has the layouts.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { loadCode, type NativeFunction } from "./machine_code.ts";
import { rpcrt4 } from "./rpcrt4.ts";
import { toWide } from "./wide.ts";

const GET_MODULE_HANDLE_EX_FLAG_PIN = 1;

/**
 * The dispatch function of every procedure: `void dispatch(RPC_MESSAGE *)`, on
 * a thread of RPC. Takes a free slot (waiting while there is none), posts it,
 * sleeps until the call is answered, gives the slot back, and raises a status
 * other than 0, which RPC tells the client.
 */
const DISPATCH: NativeFunction = {
  code: [
    [0x53], //                          push rbx
    [0x56], //                          push rsi
    [0x48, 0x83, 0xec, 0x28], //        sub  rsp, 40
    [0x48, 0x89, 0xce], //              mov  rsi, rcx      ; the message
    // retry:
    [0x48, 0x8b, 0x0d, "slots"], //     mov  rcx, [slots]
    [0xff, 0x15, "pop"], //             call [InterlockedPopEntrySList]
    [0x48, 0x85, 0xc0], //              test rax, rax
    [0x75, 0x0d], //                    jnz  free
    [0xb9, 0x01, 0x00, 0x00, 0x00], //  mov  ecx, 1
    [0xff, 0x15, "sleep"], //           call [Sleep]
    [0xeb, 0xe1], //                    jmp  retry
    // free:
    [0x48, 0x89, 0xc3], //              mov  rbx, rax      ; the slot
    [0x48, 0x89, 0x73, 0x18], //        mov  [rbx+24], rsi
    [0x48, 0x8b, 0x0d, "port"], //      mov  rcx, [port]
    [0x31, 0xd2], //                    xor  edx, edx
    [0x45, 0x31, 0xc0], //              xor  r8d, r8d
    [0x49, 0x89, 0xd9], //              mov  r9, rbx
    [0xff, 0x15, "post"], //            call [PostQueuedCompletionStatus]
    [0x48, 0x8b, 0x4b, 0x10], //        mov  rcx, [rbx+16] ; the event
    [0xba, 0xff, 0xff, 0xff, 0xff], //  mov  edx, INFINITE
    [0xff, 0x15, "wait"], //            call [WaitForSingleObject]
    [0x8b, 0x73, 0x20], //              mov  esi, [rbx+32] ; the status
    [0x48, 0x8b, 0x0d, "slots"], //     mov  rcx, [slots]
    [0x48, 0x89, 0xda], //              mov  rdx, rbx
    [0xff, 0x15, "push"], //            call [InterlockedPushEntrySList]
    [0x85, 0xf6], //                    test esi, esi
    [0x74, 0x08], //                    jz   end
    [0x89, 0xf1], //                    mov  ecx, esi
    [0xff, 0x15, "raise"], //           call [RpcRaiseException]
    // end:
    [0x48, 0x83, 0xc4, 0x28], //        add  rsp, 40
    [0x5e], //                          pop  rsi
    [0x5b], //                          pop  rbx
    [0xc3], //                          ret
  ],
  // Version 1, a prolog of 6 bytes with 3 codes: 40 bytes, rsi, rbx.
  unwind: [0x01, 0x06, 0x03, 0x00, 0x06, 0x42, 0x02, 0x60, 0x01, 0x30, 0, 0],
};

/**
 * A thread that calls: `DWORD caller(slot *)`. Each time its event is set it
 * makes the call that the slot describes, and posts the slot; or it ends.
 * Without a request it only connects.
 */
const CALLER: NativeFunction = {
  code: [
    [0x53], //                          push rbx
    [0x48, 0x83, 0xec, 0x20], //        sub  rsp, 32
    [0x48, 0x89, 0xcb], //              mov  rbx, rcx      ; the slot
    // next:
    [0x48, 0x8b, 0x4b, 0x10], //        mov  rcx, [rbx+16] ; the event
    [0xba, 0xff, 0xff, 0xff, 0xff], //  mov  edx, INFINITE
    [0xff, 0x15, "wait"], //            call [WaitForSingleObject]
    [0x83, 0x7b, 0x2c, 0x00], //        cmp  dword [rbx+44], 0
    [0x75, 0x49], //                    jne  end
    [0x48, 0x8d, 0x4b, 0x30], //        lea  rcx, [rbx+48] ; the message
    [0xff, 0x15, "getBuffer"], //       call [I_RpcGetBuffer]
    [0x85, 0xc0], //                    test eax, eax
    [0x75, 0x21], //                    jnz  tell
    [0x48, 0x8b, 0x53, 0x18], //        mov  rdx, [rbx+24] ; the request
    [0x48, 0x85, 0xd2], //              test rdx, rdx
    [0x74, 0x18], //                    jz   tell
    [0x48, 0x8b, 0x4b, 0x40], //        mov  rcx, [rbx+64] ; the buffer
    [0x4c, 0x8b, 0x43, 0x20], //        mov  r8, [rbx+32]
    [0xff, 0x15, "move"], //            call [RtlMoveMemory]
    [0x48, 0x8d, 0x4b, 0x30], //        lea  rcx, [rbx+48]
    [0xff, 0x15, "sendReceive"], //     call [I_RpcSendReceive]
    // tell:
    [0x89, 0x43, 0x28], //              mov  [rbx+40], eax
    [0x48, 0x8b, 0x0d, "port"], //      mov  rcx, [port]
    [0x31, 0xd2], //                    xor  edx, edx
    [0x45, 0x31, 0xc0], //              xor  r8d, r8d
    [0x49, 0x89, 0xd9], //              mov  r9, rbx
    [0xff, 0x15, "post"], //            call [PostQueuedCompletionStatus]
    [0xeb, 0xa2], //                    jmp  next
    // end:
    [0x31, 0xc0], //                    xor  eax, eax
    [0x48, 0x83, 0xc4, 0x20], //        add  rsp, 32
    [0x5b], //                          pop  rbx
    [0xc3], //                          ret
  ],
  // Version 1, a prolog of 5 bytes with 2 codes: 32 bytes, rbx.
  unwind: [0x01, 0x05, 0x02, 0x00, 0x05, 0x32, 0x01, 0x30],
};

/** Loads the dispatch function. `slots` is the address of a list head, `port` a completion port. */
export function loadDispatch(slots: bigint, port: bigint): bigint {
  const values = {
    slots,
    port,
    ...kernel32Addresses({
      pop: "InterlockedPopEntrySList",
      push: "InterlockedPushEntrySList",
      post: "PostQueuedCompletionStatus",
      sleep: "Sleep",
      wait: "WaitForSingleObject",
    }),
    ...rpcrt4Addresses({ raise: "RpcRaiseException" }),
  };
  return loadCode([DISPATCH], values)[0]!;
}

/** Loads the function of threads that call. `port` is a completion port. */
export function loadCaller(port: bigint): bigint {
  const values = {
    port,
    ...kernel32Addresses({
      move: "RtlMoveMemory",
      post: "PostQueuedCompletionStatus",
      wait: "WaitForSingleObject",
    }),
    ...rpcrt4Addresses({
      getBuffer: "I_RpcGetBuffer",
      sendReceive: "I_RpcSendReceive",
    }),
  };
  return loadCode([CALLER], values)[0]!;
}

type Names = Readonly<Record<string, string>>;

function kernel32Addresses(names: Names): Record<string, bigint> {
  return addresses("kernel32.dll", names);
}

function rpcrt4Addresses(names: Names): Record<string, bigint> {
  rpcrt4();
  return addresses("rpcrt4.dll", names);
}

/** The addresses of functions of a library that is loaded. */
function addresses(dll: string, names: Names): Record<string, bigint> {
  const { call, raw } = kernel32();
  const handle = new BigUint64Array(1);
  // Deno closes its libraries before the process ends, and threads are in them.
  call.GetModuleHandleExW(
    GET_MODULE_HANDLE_EX_FLAG_PIN,
    toWide(dll),
    handle,
  );
  const module = handle[0]!;
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => {
      const address = raw.GetProcAddress(module, asciiZ(name));
      if (address === 0n) throw new Error(`${dll} has no ${name}`);
      return [key, address];
    }),
  );
}

function asciiZ(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
