/**
 * Completions that Wine gives at once and Windows gives later.
 *
 * @module
 */

import { alsoBind } from "../../lib/win32/binding.ts";
import { OVERLAPPED } from "../../lib/win32/structs.ts";
import type { Wrapper } from "../../lib/win32/binding.ts";
import { fn } from "../../lib/win32/table.ts";
import { bytesOf, handleOf, natives } from "./native.ts";

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const ports = new Map<bigint, bigint>();

const kernel32 = natives("kernel32.dll", {
  PostQueuedCompletionStatus: fn(`(
    CompletionPort: usize, dwNumberOfBytesTransferred: u32,
    dwCompletionKey: usize, lpOverlapped: usize,
  ): i32, fails with zero`),
  RtlMoveMemory: fn(`(
    Destination: buffer, Source: usize, Length: usize,
  ): void`),
  WriteMemory: fn(
    "(Destination: usize, Source: buffer, Length: usize): void",
    { name: "RtlMoveMemory" },
  ),
});
alsoBind(() => void kernel32());

/** Remembers the port of each handle: part of a rule's natives. */
export const rememberPort: Wrapper = (native) => (...args) => {
  const [file, port] = args.map((arg) => handleOf(arg));
  const result = native(...args);
  if (file !== INVALID_HANDLE_VALUE && result !== 0n) ports.set(file!, port!);
  return result;
};

/** Remembers that a duplicate has the port of its original: part of a rule's natives. */
export const rememberDuplicate: Wrapper = (native) => (...args) => {
  const result = native(...args);
  const port = ports.get(handleOf(args[1]));
  if (result !== 0 && port !== undefined) {
    const [copy] = new BigUint64Array(bytesOf(args[3]).slice(0, 8).buffer);
    ports.set(copy!, port);
  }
  return result;
};

/**
 * Lets the operation at `overlapped`, which has ended, end by a packet, as one
 * that was pending does. With `status` it ends so; otherwise as Wine said.
 * One with an event of its own has no packet, and its event is set already.
 */
export function completeLater(
  file: bigint,
  overlapped: bigint,
  status?: number,
): void {
  const memory = kernel32()!;
  if (status !== undefined) {
    const internal = new BigUint64Array([BigInt(status >>> 0), 0n]);
    memory.WriteMemory(overlapped, new Uint8Array(internal.buffer), 16);
  }
  const event = new BigUint64Array(1);
  const at = overlapped + BigInt(OVERLAPPED.fields.hEvent[0]);
  memory.RtlMoveMemory(new Uint8Array(event.buffer), at, 8);
  const port = ports.get(file);
  if (port === undefined || (event[0]! & 1n) === 1n) return;
  memory.PostQueuedCompletionStatus(port, 0, 0n, overlapped);
}
