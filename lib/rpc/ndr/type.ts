/**
 * What NDR types are made of, and the two walks over them.
 *
 * @module
 */

import type { NdrReader } from "./reader.ts";
import type { NdrWriter } from "./writer.ts";

/**
 * A type on the wire. The functions of this module make them; `T` is what its
 * values are in TypeScript.
 */
export interface NdrType<T> {
  /** The strictest alignment in it, which is that of a structure with it: 1, 2, 4 or 8 bytes. */
  readonly alignment: number;
  /** Where it begins, where that is not its alignment. */
  readonly start?: number | undefined;
  /** The least number of bytes that a value takes, which bounds what a count may claim. */
  readonly least: number;
  /**
   * Of a type whose size the wire tells before it (a conformant array, and a
   * structure that ends in one): the count that is told. Undefined of others.
   */
  readonly count?: ((value: T) => number) | undefined;
  /** Writes `value`; the count stands before it already. */
  write(writer: NdrWriter, value: T): void;
  /** Reads a value and hands it to `set`; `count` is the one that stood before it. */
  read(reader: NdrReader, set: (value: T) => void, count: number): void;
}

/** What the values of a type are. */
export type NdrValue<N> = N extends NdrType<infer T> ? T : never;

/** Writes a whole value with all that it points to. */
export function writeWhole<T>(
  writer: NdrWriter,
  type: NdrType<T>,
  value: T,
): void {
  writer.later(() => writeFlat(writer, type, value));
  writer.finish();
}

/** Writes a value; what it points to comes later. */
export function writeFlat<T>(
  writer: NdrWriter,
  type: NdrType<T>,
  value: T,
): void {
  if (type.count !== undefined) writer.u32(type.count(value));
  writer.align(startOf(type));
  type.write(writer, value);
}

/** Reads a whole value with all that it points to. */
export function readWhole<T>(
  reader: NdrReader,
  type: NdrType<T>,
  set: (value: T) => void,
): void {
  reader.later(() => readFlat(reader, type, set));
  reader.finish();
}

/** Reads a value; what it points to comes later. */
export function readFlat<T>(
  reader: NdrReader,
  type: NdrType<T>,
  set: (value: T) => void,
): void {
  const count = type.count === undefined ? 0 : reader.u32();
  reader.align(startOf(type));
  type.read(reader, set, count);
}

/** A multiple of what a value begins at. */
export function startOf<T>({ start, alignment }: NdrType<T>): number {
  return start ?? alignment;
}

/** Throws for a type whose size is not its own, where one must stand that has one. */
export function checkSized<T>(type: NdrType<T>, where: string): void {
  if (type.count === undefined) return;
  throw new TypeError(
    `Invalid type in ${where}: a conformant one stands at the end of a structure, or behind a pointer`,
  );
}
