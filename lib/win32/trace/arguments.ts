/**
 * Formats arguments and results for traces.
 *
 * @module
 */

import type { BoundFunction } from "../binding.ts";
import { fromUtf16 } from "../utf16.ts";
import type { TraceArgument } from "./record.ts";

/** How many numbers of a buffer to show. */
const FEW = 4;

/** The current arguments by name. */
export function argumentsOf(
  { declaration }: BoundFunction,
  values: readonly unknown[],
): Record<string, TraceArgument> {
  const shown: Record<string, TraceArgument> = {};
  for (const [at, [name, type]] of declaration.parameters.entries()) {
    const value = values[at];
    shown[name] = type === "text" || type === "buffer"
      ? bufferOf(type, value as BufferSource | null)
      : type === "usize"
      ? hex(value as number | bigint)
      : value as number;
  }
  return shown;
}

/** The result of a function; `undefined` for `void`. */
export function resultOf(
  { name, declaration }: BoundFunction,
  value: unknown,
): number | string | undefined {
  if (declaration.result === "void") return undefined;
  // An NTSTATUS has 32 bits, and its failures are negative numbers.
  if (name.startsWith("Nt")) return hex(Number(value) >>> 0);
  return typeof value === "bigint" ? hex(value) : value as number;
}

/** `0x1a4`. */
export function hex(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

/** The text of a wide string in a buffer. */
export function textOf(buffer: BufferSource): string {
  return fromUtf16(bytesOf(buffer));
}

function bufferOf(
  type: "text" | "buffer",
  value: BufferSource | null,
): TraceArgument {
  if (value === null) return null;
  if (type === "text") return { text: textOf(value) };
  const bytes = value.byteLength;
  return value instanceof Uint8Array || !isFew(value)
    ? { bytes }
    : { bytes, values: Array.from(value, shortened) };
}

type Numbers = Iterable<number | bigint> & { readonly length: number };

/** Whether it is a short array of numbers, into which calls write their results. */
function isFew(value: BufferSource): value is BufferSource & Numbers {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) &&
    (value as unknown as Numbers).length <= FEW;
}

function shortened(value: number | bigint): number | string {
  return typeof value === "bigint" ? hex(value) : value;
}

function bytesOf(buffer: BufferSource): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
