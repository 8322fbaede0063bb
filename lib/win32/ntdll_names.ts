/**
 * The names of objects, and the errors, of ntdll.
 *
 * @module
 */

import { Win32Error } from "./error.ts";
import { allocate, copyIn } from "./memory.ts";
import { ntdll } from "./ntdll.ts";
import { OBJECT_ATTRIBUTES, pack, UNICODE_STRING } from "./structs.ts";
import { toUtf16 } from "./utf16.ts";

const OBJ_CASE_INSENSITIVE = 0x40;

/** Allocates a `UNICODE_STRING` with its text; the caller frees it. */
export function allocateName(name: string): bigint {
  const wide = toUtf16(name);
  const address = allocate(UNICODE_STRING.size + wide.byteLength);
  const Buffer = address + BigInt(UNICODE_STRING.size);
  const MaximumLength = wide.byteLength;
  const Length = MaximumLength - 2;
  copyIn(address, pack(UNICODE_STRING, { Length, MaximumLength, Buffer }));
  copyIn(Buffer, wide);
  return address;
}

/** The `OBJECT_ATTRIBUTES` with a name of {@linkcode allocateName}, and others. */
export function objectAttributes(
  ObjectName: bigint,
  others: Partial<Record<keyof typeof OBJECT_ATTRIBUTES.fields, bigint>>,
): Uint8Array<ArrayBuffer> {
  return pack(OBJECT_ATTRIBUTES, {
    Length: OBJECT_ATTRIBUTES.size,
    ObjectName,
    Attributes: OBJ_CASE_INSENSITIVE,
    ...others,
  });
}

/** The error of `call` for an NTSTATUS. */
export function ntError(call: string, status: number): Win32Error {
  return new Win32Error(call, ntdll().raw.RtlNtStatusToDosError(status));
}
