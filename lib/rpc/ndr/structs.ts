/**
 * Structures and pointers.
 *
 * @module
 */

import { shown } from "../../io/format.ts";
import { array, fixedBytes } from "./arrays.ts";
import { u16, u32, u8 } from "./numbers.ts";
import {
  checkSized,
  type NdrType,
  type NdrValue,
  readFlat,
  startOf,
  writeFlat,
} from "./type.ts";

// deno-lint-ignore no-explicit-any
type Fields = Readonly<Record<string, NdrType<any>>>;

/** The values of a structure. */
export type NdrStruct<F extends Fields> = { [K in keyof F]: NdrValue<F[K]> };

/**
 * A structure of `fields` in order. Its last field may be a conformant array or
 * string: its count then precedes the structure.
 */
export function struct<const F extends Fields>(
  fields: F,
): NdrType<NdrStruct<F>> {
  const entries = Object.entries(fields);
  const last = entries.at(-1);
  if (last === undefined) {
    throw new TypeError("Invalid structure: give at least one field");
  }
  for (const [name, type] of entries.slice(0, -1)) {
    checkSized(type, `the field "${name}"`);
  }
  const [lastName, lastType] = last;
  const count = lastType.count;
  return {
    alignment: Math.max(...entries.map(([, type]) => type.alignment)),
    least: entries.reduce((sum, [, type]) => sum + type.least, 0),
    count: count === undefined
      ? undefined
      : (value) => count((checked(value) as Record<string, unknown>)[lastName]),
    write(writer, value) {
      const values = checked(value) as Record<string, unknown>;
      for (const [name, type] of entries) {
        writer.align(startOf(type));
        type.write(writer, values[name]);
      }
    },
    read(reader, set, count) {
      const value: Record<string, unknown> = {};
      set(value as NdrStruct<F>);
      for (const [name, type] of entries) {
        reader.align(startOf(type));
        type.read(reader, (field) => value[name] = field, count);
      }
    },
  };
}

/** `[unique] T *`: null, or a value after the one that contains the pointer. */
export function unique<T>(type: NdrType<T>): NdrType<T | null> {
  return {
    alignment: 4,
    least: 4,
    write(writer, value) {
      if (value === null) return writer.u32(0);
      writer.referent();
      writer.later(() => writeFlat(writer, type, value));
    },
    read(reader, set) {
      set(null);
      if (reader.u32() === 0) return;
      reader.later(() => readFlat(reader, type, set));
    },
  };
}

/**
 * A type that is defined later, for types that contain themselves through a
 * pointer:
 * `const list = struct({ value: u32, next: unique(lazy(() => list)) })`.
 */
export function lazy<T>(type: () => NdrType<T>): NdrType<T> {
  return {
    get alignment() {
      return type().alignment;
    },
    get start() {
      return type().start;
    },
    get least() {
      return type().least;
    },
    get count() {
      return type().count;
    },
    write: (writer, value) => type().write(writer, value),
    read: (reader, set, count) => type().read(reader, set, count),
  };
}

/** `GUID`. */
export const guid: NdrType<
  NdrStruct<{
    data1: typeof u32;
    data2: typeof u16;
    data3: typeof u16;
    data4: NdrType<number[]>;
  }>
> = struct({ data1: u32, data2: u16, data3: u16, data4: array(u8, 8) });

/**
 * `[context_handle] void *`: 20 bytes that only the server understands; all
 * zero for no context.
 */
export const contextHandle: NdrType<Uint8Array<ArrayBuffer>> = {
  ...fixedBytes(20),
  alignment: 4,
};

function checked<T>(value: T): T {
  if (typeof value === "object" && value !== null) return value;
  throw new TypeError(`Invalid structure ${shown(value)}: give an object`);
}
