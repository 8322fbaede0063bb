/**
 * Moving memory by machine code of one's own, for x64.
 *
 * No function of kernel32 promises that it moves an aligned number in one
 * piece, or that a store is seen before a later load: what two processes need
 * that share memory. The processor promises both, for the instructions here.
 *
 * `InitOnceExecuteOnce` takes us there: it calls the function that it is given
 * at once, on the same thread. As that function says that it has failed, the
 * next call does the same. All of it are numbers and buffers, which works under
 * a scoped `--allow-ffi`; and with some 50 ns it is the cheapest way.
 *
 * @module
 */

import { kernel32 } from "./kernel32.ts";
import { loadCode, type NativeFunction } from "./machine_code.ts";

/** Says in `Context`, for a trace, which way the bytes go. The code does not look at it. */
export const CONTEXT = { read: 0n, write: 1n } as const;

/** Where in the `INIT_ONCE` the rest of the arguments stands, in words of 4 bytes. */
export const ARGUMENT_AT = { address: 2, value: 4 } as const;

// BOOL function(INIT_ONCE *once, void *parameter, void **context)
const LOAD: NativeFunction = {
  code: [
    [0x48, 0x8b, 0x41, 0x08], // mov  rax, [rcx+8]   ; the address
    [0x8b, 0x00], //             mov  eax, [rax]
    [0x89, 0x41, 0x10], //       mov  [rcx+16], eax  ; the value
    [0x31, 0xc0], //             xor  eax, eax
    [0xc3], //                   ret
  ],
  unwind: [0x01, 0x00, 0x00, 0x00],
};

/** An exchange, which is a full fence. */
const STORE: NativeFunction = {
  code: [
    [0x48, 0x8b, 0x41, 0x08], // mov  rax, [rcx+8]   ; the address
    [0x8b, 0x51, 0x10], //       mov  edx, [rcx+16]  ; the value
    [0x87, 0x10], //             xchg [rax], edx
    [0x31, 0xc0], //             xor  eax, eax
    [0xc3], //                   ret
  ],
  unwind: [0x01, 0x00, 0x00, 0x00],
};

// Version 1, a prolog of 2 bytes with 2 codes: rdi, rsi.
const SAVED = [0x01, 0x02, 0x02, 0x00, 0x02, 0x70, 0x01, 0x60];

const COPY_IN = copying(
  [0x48, 0x8b, 0x79, 0x08], //   mov  rdi, [rcx+8]   ; the address
  [0x48, 0x89, 0xd6], //         mov  rsi, rdx       ; the buffer
);

const COPY_OUT = copying(
  [0x48, 0x89, 0xd7], //         mov  rdi, rdx       ; the buffer
  [0x48, 0x8b, 0x71, 0x08], //   mov  rsi, [rcx+8]   ; the address
);

function copying(to: number[], from: number[]): NativeFunction {
  return {
    code: [
      [0x56], //                   push rsi
      [0x57], //                   push rdi
      to,
      from,
      [0x48, 0x8b, 0x49, 0x10], // mov  rcx, [rcx+16]  ; the length
      [0xf3, 0xa4], //             rep movsb
      [0x31, 0xc0], //             xor  eax, eax
      [0x5f], //                   pop  rdi
      [0x5e], //                   pop  rsi
      [0xc3], //                   ret
    ],
    unwind: SAVED,
  };
}

const HIGH = 2 ** 32;
const ARGUMENT_WORDS = 6;

// Over a buffer of its own, because V8 may move the bytes of one that has none.
const once = new Uint32Array(new ArrayBuffer(4 * ARGUMENT_WORDS));
let loaded: { load: bigint; store: bigint; in: bigint; out: bigint };

/** Whether the processor is one that this is for. */
export const HAS_MEMORY_CODE = Deno.build.arch === "x86_64";

/** The 4 aligned bytes at `address`, in one piece. */
export function loadWord(address: number): number {
  run(address, 0, code().load, null, CONTEXT.read);
  return once[ARGUMENT_AT.value]!;
}

/** Writes 4 aligned bytes to `address` in one piece, and puts a full fence behind them. */
export function storeWord(address: number, value: number): void {
  run(address, value, code().store, null, CONTEXT.write);
}

/** Copies `bytes` to native memory. */
export function codeCopyIn(
  address: number,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  run(address, bytes.byteLength, code().in, bytes, CONTEXT.write);
}

/** Fills `bytes` from native memory. */
export function codeCopyOut(
  address: number,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  run(address, bytes.byteLength, code().out, bytes, CONTEXT.read);
}

function run(
  address: number,
  value: number,
  fn: bigint,
  bytes: Uint8Array<ArrayBuffer> | null,
  context: bigint,
): void {
  once[ARGUMENT_AT.address] = address;
  once[ARGUMENT_AT.address + 1] = address / HIGH;
  once[ARGUMENT_AT.value] = value;
  once[ARGUMENT_AT.value + 1] = value / HIGH;
  kernel32().raw.InitOnceExecuteOnce(once, fn, bytes, context);
}

function code(): typeof loaded {
  return loaded ??= load();
}

function load(): typeof loaded {
  const [load, store, copyIn, copyOut] = loadCode(
    [LOAD, STORE, COPY_IN, COPY_OUT],
    {},
  );
  return { load: load!, store: store!, in: copyIn!, out: copyOut! };
}
