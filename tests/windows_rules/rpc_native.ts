/** Functions that the rules of RPC use, with no rule around them. */

import { fn } from "../../lib/win32/table.ts";
import { natives } from "./native.ts";

const MEM_COMMIT_AND_RESERVE = 0x3000;

const kernel32 = natives("kernel32.dll", {
  VirtualAlloc: fn(`(
    lpAddress: usize, dwSize: usize, flAllocationType: u32, flProtect: u32,
  ): usize`),
  CopyIn: fn(
    "(Destination: usize, Source: buffer, Length: usize): void",
    { name: "RtlMoveMemory" },
  ),
  CopyOut: fn(
    "(Destination: buffer, Source: usize, Length: usize): void",
    { name: "RtlMoveMemory" },
  ),
  lstrlenW: fn("(lpString: usize): i32"),
});

const rpcrt4 = natives("rpcrt4.dll", {
  RpcBindingToStringBindingW: fn(`(
    Binding: usize, StringBinding: buffer,
  ): u32`),
  RpcStringFreeW: fn("(String: buffer): u32"),
});

/** Copies native memory to an array. */
export function read(address: bigint, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  kernel32()!.CopyOut(bytes, address, size);
  return bytes;
}

/** Copies an array to native memory. */
export function write(address: bigint, bytes: Uint8Array<ArrayBuffer>): void {
  kernel32()!.CopyIn(address, bytes, bytes.byteLength);
}

/** Pages with `protection` that stay as long as the process. */
export function allocatePages(size: number, protection: number): bigint {
  return kernel32()!.VirtualAlloc(0, size, MEM_COMMIT_AND_RESERVE, protection);
}

/** The string of a binding handle. */
export function stringBinding(binding: bigint): string {
  const text = new BigUint64Array(1);
  if (rpcrt4()!.RpcBindingToStringBindingW(binding, text) !== 0) return "";
  const length = kernel32()!.lstrlenW(text[0]!);
  const bytes = read(text[0]!, 2 * length);
  rpcrt4()!.RpcStringFreeW(text);
  return new TextDecoder("utf-16le").decode(bytes);
}

/** Whether a binding handle is one of `ncalrpc`. */
export function isLocalProtocol(binding: bigint): boolean {
  return /^(?:[^@]*@)?ncalrpc:/.test(stringBinding(binding));
}
