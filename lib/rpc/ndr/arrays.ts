/**
 * Arrays.
 *
 * @module
 */

import { counted, shown } from "../../io/format.ts";
import type { NdrReader } from "./reader.ts";
import { checkSized, type NdrType, startOf } from "./type.ts";
import { NdrError } from "./error.ts";
import type { NdrWriter } from "./writer.ts";

/**
 * A part of an array: the values that are sent, and space for `capacity`
 * values.
 */
export interface NdrSlice<T> {
  /** How many values the array has space for. */
  capacity: number;
  /** The values that are sent, from the first one. */
  values: T[];
}

/** `T name[length]`: always this many. */
export function array<T>(type: NdrType<T>, length: number): NdrType<T[]> {
  checkLength(length, 1);
  checkSized(type, "an array");
  return {
    alignment: type.alignment,
    least: type.least * length,
    write(writer, values) {
      checkValues(values, length, length);
      writeItems(writer, type, values);
    },
    read: (reader, set) => readItems(reader, type, length, set),
  };
}

/** `[size_is(…)] T name[]`: the number comes first. */
export function conformant<T>(type: NdrType<T>): NdrType<T[]> {
  checkSized(type, "an array");
  return {
    alignment: type.alignment,
    least: 0,
    count: countOf,
    write: (writer, values) => writeItems(writer, type, values),
    read: (reader, set, count) => readItems(reader, type, count, set),
  };
}

/** `[length_is(…)] T name[capacity]`: the first values of a fixed number. */
export function varying<T>(type: NdrType<T>, capacity: number): NdrType<T[]> {
  checkLength(capacity);
  checkSized(type, "an array");
  return {
    alignment: Math.max(4, type.alignment),
    start: 4,
    least: 8,
    write(writer, values) {
      checkValues(values, 0, capacity);
      writeSlice(writer, type, values);
    },
    read: (reader, set) =>
      readItems(reader, type, sliceOf(reader, type, capacity), set),
  };
}

/** `[size_is(…), length_is(…)] T name[]`: the first values of a variable number. */
export function conformantVarying<T>(type: NdrType<T>): NdrType<NdrSlice<T>> {
  checkSized(type, "an array");
  return {
    alignment: Math.max(4, type.alignment),
    start: 4,
    least: 8,
    count: ({ capacity }) => {
      checkLength(capacity);
      return capacity;
    },
    write(writer, { capacity, values }) {
      checkValues(values, 0, capacity);
      writeSlice(writer, type, values);
    },
    read(reader, set, capacity) {
      const count = sliceOf(reader, type, capacity);
      readItems(reader, type, count, (values) => set({ capacity, values }));
    },
  };
}

/** `[size_is(…)] byte name[]`, as a `Uint8Array`. */
export const bytes: NdrType<Uint8Array<ArrayBuffer>> = {
  alignment: 1,
  least: 0,
  count: (value) => {
    checkBytes(value);
    return value.length;
  },
  write: (writer, value) => writer.raw(value),
  read: (reader, set, count) => set(reader.raw(count)),
};

/** `byte name[length]`, as a `Uint8Array`. */
export function fixedBytes(length: number): NdrType<Uint8Array<ArrayBuffer>> {
  checkLength(length, 1);
  return {
    alignment: 1,
    least: length,
    write(writer, value) {
      checkBytes(value);
      if (value.length !== length) {
        throw new RangeError(
          `Invalid number of bytes ${value.length}: give ${length}`,
        );
      }
      writer.raw(value);
    },
    read: (reader, set) => set(reader.raw(length)),
  };
}

function writeItems<T>(
  writer: NdrWriter,
  type: NdrType<T>,
  values: readonly T[],
): void {
  for (const value of values) {
    writer.align(startOf(type));
    type.write(writer, value);
  }
}

function writeSlice<T>(
  writer: NdrWriter,
  type: NdrType<T>,
  values: readonly T[],
): void {
  writer.u32(0);
  writer.u32(values.length);
  writer.align(type.alignment);
  writeItems(writer, type, values);
}

function readItems<T>(
  reader: NdrReader,
  type: NdrType<T>,
  count: number,
  set: (values: T[]) => void,
): void {
  reader.checkCount(count, type.least);
  const values: T[] = [];
  set(values);
  for (let i = 0; i < count; i++) {
    reader.align(startOf(type));
    type.read(reader, (value) => values[i] = value, 0);
  }
}

function sliceOf<T>(
  reader: NdrReader,
  type: NdrType<T>,
  capacity: number,
): number {
  const offset = reader.u32();
  const count = reader.u32();
  if (offset !== 0 || count > capacity) {
    throw new NdrError(
      `Invalid data: ${
        counted(count, "value")
      } from ${offset} on, in room for ${capacity}`,
    );
  }
  reader.align(type.alignment);
  return count;
}

function countOf(values: readonly unknown[]): number {
  checkValues(values, 0, Infinity);
  return values.length;
}

function checkValues(values: unknown, min: number, max: number): void {
  if (!Array.isArray(values)) {
    throw new TypeError(`Invalid values ${shown(values)}: give an array`);
  }
  if (values.length >= min && values.length <= max) return;
  throw new RangeError(
    `Invalid number of values ${values.length}: give ${
      min === max ? min : `at most ${max}`
    }`,
  );
}

/**
 * A value takes at least a byte; otherwise a count could claim any number of
 * them.
 */
function checkLength(length: number, min = 0): void {
  const max = 0xffff_ffff;
  if (Number.isInteger(length) && length >= min && length <= max) return;
  throw new RangeError(
    `Invalid length ${shown(length)}: give an integer from ${min} to ${max}`,
  );
}

function checkBytes(value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  throw new TypeError(`Invalid bytes ${shown(value)}: give a Uint8Array`);
}
