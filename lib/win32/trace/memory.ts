/**
 * Reading native memory for a trace, by calls that are not traced themselves.
 *
 * @module
 */

import type { BoundFunction } from "../binding.ts";
import type { Native } from "../table.ts";
import { field, OBJECT_ATTRIBUTES, UNICODE_STRING } from "../structs.ts";
import { fromUtf16 } from "../utf16.ts";

let copyOut: Native | undefined;

/** Keeps the function that copies out of native memory, when it is bound. */
export function keepCopy(
  native: Native,
  { name, declaration }: BoundFunction,
): void {
  const [first] = declaration.parameters;
  if (name === "RtlMoveMemory" && first?.[1] === "buffer") copyOut = native;
}

/**
 * Reads `length` bytes at `address`, which must be valid memory of the program;
 * `undefined` before kernel32 is open.
 */
export function peek(
  address: bigint,
  length: number,
): Uint8Array<ArrayBuffer> | undefined {
  if (copyOut === undefined || address === 0n) return undefined;
  const bytes = new Uint8Array(length);
  copyOut(bytes, address, length);
  return bytes;
}

/** The name that an `OBJECT_ATTRIBUTES` points to. */
export function nameOfAttributes(attributes: unknown): string | undefined {
  if (!(attributes instanceof Uint8Array)) return undefined;
  const at = field(OBJECT_ATTRIBUTES, attributes, "ObjectName");
  const string = peek(BigInt(at), UNICODE_STRING.size);
  if (string === undefined) return undefined;
  const length = Number(field(UNICODE_STRING, string, "Length"));
  const text = peek(BigInt(field(UNICODE_STRING, string, "Buffer")), length);
  return text && fromUtf16(text);
}

/** The number of bytes that the operation at `overlapped` has moved. */
export function movedBy(overlapped: bigint): number | undefined {
  const bytes = peek(overlapped + INTERNAL_HIGH, 8);
  return bytes && Number(new BigUint64Array(bytes.buffer)[0]);
}

const INTERNAL_HIGH = 8n;
