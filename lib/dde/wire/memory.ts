/**
 * The contents of DDE's messages: atoms, global memory, and packed parameters.
 *
 * Use it in the window thread. Windows' own functions check everything that
 * comes from outside before it is read.
 *
 * @module
 */

import { allocateGlobal } from "../../io/memory/global_memory.ts";
import { kernel32Dde } from "../../win32/kernel32_dde.ts";
import { user32Dde } from "../../win32/user32_dde.ts";
import { fromUtf16, toUtf16 } from "../../win32/utf16.ts";

const GMEM_DDESHARE = 0x2000;
/** An atom's name has at most 255 characters. */
const NAME_SIZE = 256;

/** The size of the header before the data: flags and a format, of 16 bits each. */
export const HEAD_SIZE = 4;

/** Creates an atom for a name, or adds a reference to it. */
export function addAtom(name: string): number {
  return kernel32Dde().call.GlobalAddAtomW(toUtf16(name));
}

/**
 * Undoes one {@linkcode addAtom}, also for an atom that another program passed
 * on.
 */
export function dropAtom(atom: number): void {
  kernel32Dde().raw.GlobalDeleteAtom(atom);
}

/** The name of an atom; undefined if it does not exist. */
export function atomName(atom: number): string | undefined {
  const name = new Uint8Array(2 * NAME_SIZE);
  const length = kernel32Dde().raw.GlobalGetAtomNameW(atom, name, NAME_SIZE);
  return length === 0 ? undefined : fromUtf16(name.subarray(0, 2 * length));
}

/** Allocates global memory with `bytes`, followed by `padding` zeros. */
export function toGlobal(bytes: Uint8Array, padding = 0): bigint {
  // Memory of 0 bytes cannot be locked.
  const size = Math.max(1, bytes.byteLength + padding);
  return allocateGlobal(bytes, { size, flags: GMEM_DDESHARE });
}

/**
 * Makes a block of flags, a format and data, as in `DDEDATA`, `DDEPOKE` and
 * `DDEADVISE`.
 */
export function withHead(
  flags: number,
  format: number,
  bytes: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(HEAD_SIZE + bytes.byteLength);
  const view = new DataView(block.buffer);
  view.setUint16(0, flags, true);
  view.setUint16(2, format, true);
  block.set(bytes, HEAD_SIZE);
  return block;
}

/** Parses such a block; undefined if it is too short. */
export function readHead(block: Uint8Array<ArrayBuffer> | undefined):
  | { flags: number; format: number; bytes: Uint8Array<ArrayBuffer> }
  | undefined {
  if (block === undefined || block.byteLength < HEAD_SIZE) return undefined;
  const view = new DataView(block.buffer);
  return {
    flags: view.getUint16(0, true),
    format: view.getUint16(2, true),
    bytes: block.slice(HEAD_SIZE),
  };
}

/**
 * Unpacks a posted message's `lParam`, and frees it. Undefined if it is
 * invalid.
 */
export function unpack(
  message: number,
  lParam: bigint,
): { low: bigint; high: bigint } | undefined {
  const { raw } = user32Dde();
  const [low, high] = [new BigUint64Array(1), new BigUint64Array(1)];
  if (raw.UnpackDDElParam(message, lParam, low, high) === 0) return undefined;
  // WM_DDE_EXECUTE carries the memory itself.
  raw.FreeDDElParam(message, lParam);
  return { low: low[0]!, high: high[0]! };
}
