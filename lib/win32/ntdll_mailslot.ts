/**
 * Creates a mailslot with an overlapped handle, if `CreateMailslotW` does not.
 *
 * @module
 */

import {
  GENERIC_READ,
  MAILSLOT_WAIT_FOREVER,
  SYNCHRONIZE,
} from "./constants.ts";
import { free } from "./memory.ts";
import { ntdll } from "./ntdll.ts";
import { allocateName, ntError, objectAttributes } from "./ntdll_names.ts";

const WRITE_DAC = 0x4_0000;
const TICKS_PER_MS = 10_000n;
/**
 * The number that Wine's CreateMailslotW passes and its GetMailslotInfo
 * recognizes (wine-mirror/wine dlls/kernelbase/sync.c). Windows has another
 * number but never uses this code: its CreateMailslotW returns an overlapped
 * handle.
 */
const FOR_EVER = (1n << 63n) - 1n;

/**
 * Creates the mailslot `path` (`\\.\mailslot\…`) for overlapped reads. An
 * asynchronous handle is the default of ntdll, without a create option; a
 * negative time is relative.
 *
 * @throws {Win32Error} when ntdll refuses
 */
export function createOverlappedMailslot(
  path: string,
  maxMessageSize: number,
  readTimeout: number,
  descriptor: bigint,
): bigint {
  const name = allocateName(
    `\\??\\MAILSLOT\\${path.slice("\\\\.\\mailslot\\".length)}`,
  );
  try {
    const handle = new BigUint64Array(1);
    const status = ntdll().raw.NtCreateMailslotFile(
      handle,
      GENERIC_READ + SYNCHRONIZE + WRITE_DAC,
      objectAttributes(name, { SecurityDescriptor: descriptor }),
      new Uint8Array(16),
      0,
      0,
      maxMessageSize,
      new BigInt64Array([
        readTimeout === MAILSLOT_WAIT_FOREVER
          ? FOR_EVER
          : -BigInt(readTimeout) * TICKS_PER_MS,
      ]),
    );
    if (status !== 0) throw ntError("NtCreateMailslotFile", status | 0);
    return handle[0]!;
  } finally {
    free(name);
  }
}
