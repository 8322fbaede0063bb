/**
 * Creates a mailslot with an overlapped handle, if `CreateMailslotW` does not.
 *
 * @module
 */

import { Win32Error } from "./error.ts";
import { allocate, copyIn, free } from "./memory.ts";
import { ntdll } from "./ntdll.ts";
import { OBJECT_ATTRIBUTES, pack, UNICODE_STRING } from "./structs.ts";
import { toUtf16 } from "./utf16.ts";

const GENERIC_READ = 0x8000_0000;
const SYNCHRONIZE = 0x10_0000;
const WRITE_DAC = 0x4_0000;
const OBJ_CASE_INSENSITIVE = 0x40;
const MAILSLOT_WAIT_FOREVER = 0xffff_ffff;
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
  const native = toUtf16(
    `\\??\\MAILSLOT\\${path.slice("\\\\.\\mailslot\\".length)}`,
  );
  const text = allocate(native.byteLength);
  const name = allocate(UNICODE_STRING.size);
  try {
    copyIn(text, native);
    const Length = native.byteLength - 2;
    copyIn(
      name,
      pack(UNICODE_STRING, {
        Length,
        MaximumLength: native.byteLength,
        Buffer: text,
      }),
    );
    const attributes = pack(OBJECT_ATTRIBUTES, {
      Length: OBJECT_ATTRIBUTES.size,
      ObjectName: name,
      Attributes: OBJ_CASE_INSENSITIVE,
      SecurityDescriptor: descriptor,
    });
    const handle = new BigUint64Array(1);
    const status = ntdll().raw.NtCreateMailslotFile(
      handle,
      GENERIC_READ + SYNCHRONIZE + WRITE_DAC,
      attributes,
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
    if (status !== 0) {
      const code = ntdll().raw.RtlNtStatusToDosError(status | 0);
      throw new Win32Error("NtCreateMailslotFile", code);
    }
    return handle[0]!;
  } finally {
    free(name);
    free(text);
  }
}
