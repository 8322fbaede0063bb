/**
 * Global memory that the clipboard takes ownership of.
 *
 * @module
 */

import { quote } from "../io/shown.ts";
import { lastError, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn } from "../win32/memory.ts";

const GMEM_MOVEABLE = 2;

/** Allocates global memory with `bytes`. */
export function globalCopy(bytes: Uint8Array): bigint {
  const { raw, call } = kernel32();
  try {
    const memory = call.GlobalAlloc(GMEM_MOVEABLE, bytes.byteLength);
    copyIn(call.GlobalLock(memory), bytes);
    raw.GlobalUnlock(memory);
    return memory;
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw new RangeError(
      `Cannot allocate ${bytes.byteLength} bytes for the clipboard`,
      { cause: error },
    );
  }
}

/** Frees it, unless Windows owns it. */
export function release({ handle }: { handle: bigint }): void {
  if (handle !== 0n) kernel32().raw.GlobalFree(handle);
}

/**
 * The reason why Windows did not take the data. It refuses some data without an
 * error, such as half a character.
 */
export function refused(name: string, size: number): Error {
  const cause = lastError("SetClipboardData");
  if (cause.code !== ERROR.ERROR_SUCCESS) return cause;
  return new TypeError(
    `Invalid data for ${quote(name)}: Windows refuses these ${size} bytes`,
  );
}
