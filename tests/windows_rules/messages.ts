/**
 * The messages that rules look into.
 *
 * @module
 */

import { fn } from "../../lib/win32/table.ts";
import { natives } from "./native.ts";

/** A part of a `MSG`. */
export interface Message {
  readonly window: bigint;
  readonly message: number;
  readonly wParam: bigint;
}

const MSG_SIZE = 48;

const memory = natives("kernel32.dll", {
  CopyOut: fn(
    "(Destination: buffer, Source: usize, Length: usize): void",
    { name: "RtlMoveMemory" },
  ),
});

/** The `MSG` at an address; undefined where the memory cannot be read. */
export function messageAt(address: unknown): Message | undefined {
  const bytes = new Uint8Array(MSG_SIZE);
  const kernel32 = memory();
  if (kernel32 === undefined) return undefined;
  kernel32.CopyOut(bytes, BigInt(address as bigint), BigInt(MSG_SIZE));
  const view = new DataView(bytes.buffer);
  return {
    window: view.getBigUint64(0, true),
    message: view.getUint32(8, true),
    wParam: view.getBigUint64(16, true),
  };
}
