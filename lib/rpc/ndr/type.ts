/**
 * The parts of NDR types, and the two ways to traverse them.
 *
 * @module
 */

import type { NdrReader } from "./reader.ts";
import type { NdrWriter } from "./writer.ts";

/**
 * A type on the wire. The functions of this module create them; `T` is the type
 * of its values in TypeScript.
 */
export interface NdrType<T> {
  /**
   * Its strictest alignment, which a structure that contains it has: 1, 2, 4 or
   * 8 bytes.
   */
  readonly alignment: number;
  /** Where it begins, if that differs from its alignment. */
  readonly start?: number | undefined;
  /** The minimum size of a value, which limits the counts that are accepted. */
  readonly least: number;
  /**
   * For a type whose size precedes it on the wire (a conformant array, and a
   * structure that ends in one): that count. Undefined for others.
   */
  readonly count?: ((value: T) => number) | undefined;
  /** Writes `value`; its count is already written. */
  write(writer: NdrWriter, value: T): void;
  /** Reads a value and passes it to `set`; `count` is the count before it. */
  read(reader: NdrReader, set: (value: T) => void, count: number): void;
}

/** The values of a type. */
export type NdrValue<N> = N extends NdrType<infer T> ? T : never;

/** Writes a value; the targets of its pointers come later. */
export function writeFlat<T>(
  writer: NdrWriter,
  type: NdrType<T>,
  value: T,
): void {
  if (type.count !== undefined) writer.u32(type.count(value));
  writer.align(startOf(type));
  type.write(writer, value);
}

/** Reads a value; the targets of its pointers come later. */
export function readFlat<T>(
  reader: NdrReader,
  type: NdrType<T>,
  set: (value: T) => void,
): void {
  const count = type.count === undefined ? 0 : reader.u32();
  reader.align(startOf(type));
  type.read(reader, set, count);
}

/** Rounds up to a multiple of the start of a value. */
export function startOf<T>({ start, alignment }: NdrType<T>): number {
  return start ?? alignment;
}

/** Throws for a type of variable size where only a fixed size is allowed. */
export function checkSized<T>(type: NdrType<T>, where: string): void {
  if (type.count === undefined) return;
  throw new TypeError(
    `Invalid type in ${where}: a conformant type must be at the end of a structure, or behind a pointer`,
  );
}
