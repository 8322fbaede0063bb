/**
 * The generated code of remote procedure calls, for x64: what runs on threads
 * of Windows, where JavaScript cannot.
 *
 * A *slot* is native memory that such a thread and the program share (slots.ts
 * has the layouts). The thread posts the slot's address to the program's
 * completion port (lib/io/overlapped/completion_port.ts); the program wakes the
 * thread by the slot's condition variable.
 *
 * @module
 */

import { rpcrt4 } from "../../win32/rpcrt4.ts";
import {
  farJump,
  type GeneratedFunction,
  jump,
  type Line,
  value,
} from "./assembler.ts";
import { getProcAddresses } from "../../win32/proc_addresses.ts";
import { loadCode } from "./load.ts";

/**
 * The dispatch function of every procedure: `void dispatch(RPC_MESSAGE *)`, on
 * a thread of RPC. Takes a free slot, or waits for one, and posts it. Sleeps
 * until the call is answered, frees the slot, and raises a status other than 0,
 * which RPC passes on to the client.
 */
export const DISPATCH: GeneratedFunction = {
  name: "dispatch",
  lines: [
    ["push rbx", 0x53],
    [".seh_pushreg rbx"],
    ["push rsi", 0x56],
    [".seh_pushreg rsi"],
    ["sub rsp, 40", 0x48, 0x83, 0xec, 0x28],
    [".seh_stackalloc 40"],
    [".seh_endprologue"],
    ["mov rsi, rcx", 0x48, 0x89, 0xce], // the message
    ["dispatch_take:"],
    ["mov rcx, [rip + slots]", 0x48, 0x8b, 0x0d, value("slots")],
    call("InterlockedPopEntrySList"),
    ["test rax, rax", 0x48, 0x85, 0xc0],
    ["jnz dispatch_taken", 0x75, jump("dispatch_taken")],
    ["mov ecx, 1", 0xb9, 0x01, 0x00, 0x00, 0x00],
    call("Sleep"),
    ["jmp dispatch_take", 0xeb, jump("dispatch_take")],
    ["dispatch_taken:"],
    ["mov rbx, rax", 0x48, 0x89, 0xc3], // the slot
    ["mov [rbx + 32], rsi", 0x48, 0x89, 0x73, 0x20],
    ["mov dword ptr [rbx + 44], 0", 0xc7, 0x43, 0x2c, 0, 0, 0, 0],
    ...post("dispatch"),
    ...sleepUntil("dispatch", 44),
    ["lea rcx, [rbx + 16]", 0x48, 0x8d, 0x4b, 0x10],
    call("ReleaseSRWLockExclusive"),
    ["mov esi, [rbx + 40]", 0x8b, 0x73, 0x28], // the status
    ["mov rcx, [rip + slots]", 0x48, 0x8b, 0x0d, value("slots")],
    ["mov rdx, rbx", 0x48, 0x89, 0xda],
    call("InterlockedPushEntrySList"),
    ["test esi, esi", 0x85, 0xf6],
    ["jz dispatch_end", 0x74, jump("dispatch_end")],
    ["mov ecx, esi", 0x89, 0xf1],
    call("RpcRaiseException"),
    ["dispatch_end:"],
    ["add rsp, 40", 0x48, 0x83, 0xc4, 0x28],
    ["pop rsi", 0x5e],
    ["pop rbx", 0x5b],
    ["ret", 0xc3],
  ],
  // Version 1, a prolog of 6 bytes with 3 codes: 40 bytes, rsi, rbx.
  unwind: [0x01, 0x06, 0x03, 0x00, 0x06, 0x42, 0x02, 0x60, 0x01, 0x30, 0, 0],
};

/**
 * A thread that makes calls: `DWORD caller(slot *)`. Each time it is started,
 * it makes the call that the slot describes and posts the slot, or it ends.
 * Without a request it only connects.
 */
export const CALLER: GeneratedFunction = {
  name: "caller",
  lines: [
    ["push rbx", 0x53],
    [".seh_pushreg rbx"],
    ["sub rsp, 32", 0x48, 0x83, 0xec, 0x20],
    [".seh_stackalloc 32"],
    [".seh_endprologue"],
    ["mov rbx, rcx", 0x48, 0x89, 0xcb], // the slot
    ["caller_next:"],
    ...sleepUntil("caller", 56),
    ["mov dword ptr [rbx + 56], 0", 0xc7, 0x43, 0x38, 0, 0, 0, 0],
    ["lea rcx, [rbx + 16]", 0x48, 0x8d, 0x4b, 0x10],
    call("ReleaseSRWLockExclusive"),
    ["cmp dword ptr [rbx + 52], 0", 0x83, 0x7b, 0x34, 0x00],
    ["jne caller_end", 0x75, jump("caller_end")],
    ["lea rcx, [rbx + 64]", 0x48, 0x8d, 0x4b, 0x40], // the message
    call("I_RpcGetBuffer"),
    ["test eax, eax", 0x85, 0xc0],
    ["jnz caller_status", 0x75, jump("caller_status")],
    ["inc dword ptr [rbx + 60]", 0xff, 0x43, 0x3c],
    ["mov rdx, [rbx + 32]", 0x48, 0x8b, 0x53, 0x20], // the request
    ["test rdx, rdx", 0x48, 0x85, 0xd2],
    ["jz caller_status", 0x74, jump("caller_status")],
    ["mov r8, [rbx + 40]", 0x4c, 0x8b, 0x43, 0x28],
    // The buffer may be longer than requested, and then says so.
    ["mov [rbx + 88], r8d", 0x44, 0x89, 0x43, 0x58],
    ["mov rcx, [rbx + 80]", 0x48, 0x8b, 0x4b, 0x50],
    call("RtlMoveMemory"),
    ["lea rcx, [rbx + 64]", 0x48, 0x8d, 0x4b, 0x40],
    call("I_RpcSendReceive"),
    ["caller_status:"],
    ["mov [rbx + 48], eax", 0x89, 0x43, 0x30],
    ...post("caller"),
    ["jmp caller_next", 0xe9, farJump("caller_next")],
    ["caller_end:"],
    ["xor eax, eax", 0x31, 0xc0],
    ["add rsp, 32", 0x48, 0x83, 0xc4, 0x20],
    ["pop rbx", 0x5b],
    ["ret", 0xc3],
  ],
  // Version 1, a prolog of 5 bytes with 2 codes: 32 bytes, rbx.
  unwind: [0x01, 0x05, 0x02, 0x00, 0x05, 0x32, 0x01, 0x30],
};

/** Calls a function of Windows, whose address is the value with its name. */
function call(name: string): Line {
  return [`call [rip + ${name}]`, 0xff, 0x15, value(name)];
}

/** Posts the slot in rbx to the completion port, again if Windows lacks memory. */
function post(prefix: string): Line[] {
  return [
    [`${prefix}_post:`],
    ["mov rcx, [rip + port]", 0x48, 0x8b, 0x0d, value("port")],
    ["xor edx, edx", 0x31, 0xd2],
    ["xor r8d, r8d", 0x45, 0x31, 0xc0],
    ["mov r9, rbx", 0x49, 0x89, 0xd9],
    call("PostQueuedCompletionStatus"),
    ["test eax, eax", 0x85, 0xc0],
    [`jnz ${prefix}_posted`, 0x75, jump(`${prefix}_posted`)],
    ["mov ecx, 1", 0xb9, 0x01, 0x00, 0x00, 0x00],
    call("Sleep"),
    [`jmp ${prefix}_post`, 0xeb, jump(`${prefix}_post`)],
    [`${prefix}_posted:`],
  ];
}

/**
 * Sleeps until a number of the slot in rbx is set, and continues with the
 * slot's lock held.
 */
function sleepUntil(prefix: string, offset: number): Line[] {
  return [
    ["lea rcx, [rbx + 16]", 0x48, 0x8d, 0x4b, 0x10], // the lock
    call("AcquireSRWLockExclusive"),
    [`${prefix}_check:`],
    [`cmp dword ptr [rbx + ${offset}], 0`, 0x83, 0x7b, offset, 0x00],
    [`jne ${prefix}_woken`, 0x75, jump(`${prefix}_woken`)],
    ["lea rcx, [rbx + 24]", 0x48, 0x8d, 0x4b, 0x18], // the variable
    ["lea rdx, [rbx + 16]", 0x48, 0x8d, 0x53, 0x10],
    ["mov r8d, -1", 0x41, 0xb8, 0xff, 0xff, 0xff, 0xff], // INFINITE
    ["xor r9d, r9d", 0x45, 0x31, 0xc9],
    call("SleepConditionVariableSRW"),
    [`jmp ${prefix}_check`, 0xeb, jump(`${prefix}_check`)],
    [`${prefix}_woken:`],
  ];
}

const SLEEPING = [
  "AcquireSRWLockExclusive",
  "ReleaseSRWLockExclusive",
  "SleepConditionVariableSRW",
] as const;
const POSTING = ["PostQueuedCompletionStatus", "Sleep"] as const;

/** Loads the dispatch function. `slots` is the address of a list head. */
export function loadDispatch(slots: bigint, port: bigint): bigint {
  rpcrt4();
  const values = {
    slots,
    port,
    ...getProcAddresses("kernel32.dll", [
      ...SLEEPING,
      ...POSTING,
      "InterlockedPopEntrySList",
      "InterlockedPushEntrySList",
    ]),
    ...getProcAddresses("rpcrt4.dll", ["RpcRaiseException"]),
  };
  return loadCode([DISPATCH], values)[0]!;
}

/** Loads the function of threads that make calls. */
export function loadCaller(port: bigint): bigint {
  rpcrt4();
  const values = {
    port,
    ...getProcAddresses("kernel32.dll", [
      ...SLEEPING,
      ...POSTING,
      "RtlMoveMemory",
    ]),
    ...getProcAddresses("rpcrt4.dll", ["I_RpcGetBuffer", "I_RpcSendReceive"]),
  };
  return loadCode([CALLER], values)[0]!;
}
