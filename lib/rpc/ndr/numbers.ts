/**
 * Numbers.
 *
 * @module
 */

import { quote, shown } from "../../io/format.ts";
import { NdrError } from "./error.ts";
import type { NdrType } from "./type.ts";

type Getter<T> = (view: DataView, at: number) => T;
type Setter<T> = (view: DataView, at: number, value: T) => void;

/** `byte`, `unsigned char`, `unsigned small`. */
export const u8: NdrType<number> = integer(
  "u8",
  1,
  0,
  (view, at) => view.getUint8(at),
  (view, at, value) => view.setUint8(at, value),
);
/** `small`. */
export const i8: NdrType<number> = integer(
  "i8",
  1,
  -0x80,
  (view, at) => view.getInt8(at),
  (view, at, value) => view.setInt8(at, value),
);
/** `unsigned short`, `wchar_t`. */
export const u16: NdrType<number> = integer(
  "u16",
  2,
  0,
  (view, at) => view.getUint16(at, true),
  (view, at, value) => view.setUint16(at, value, true),
);
/** `short`. */
export const i16: NdrType<number> = integer(
  "i16",
  2,
  -0x8000,
  (view, at) => view.getInt16(at, true),
  (view, at, value) => view.setInt16(at, value, true),
);
/** `unsigned long`, `DWORD`, `error_status_t`. */
export const u32: NdrType<number> = integer(
  "u32",
  4,
  0,
  (view, at) => view.getUint32(at, true),
  (view, at, value) => view.setUint32(at, value, true),
);
/** `long`, `int`. */
export const i32: NdrType<number> = integer(
  "i32",
  4,
  -0x8000_0000,
  (view, at) => view.getInt32(at, true),
  (view, at, value) => view.setInt32(at, value, true),
);
/** `unsigned hyper`, `unsigned __int64`. */
export const u64: NdrType<bigint> = big(
  "u64",
  0n,
  (view, at) => view.getBigUint64(at, true),
  (view, at, value) => view.setBigUint64(at, value, true),
);
/** `hyper`, `__int64`. */
export const i64: NdrType<bigint> = big(
  "i64",
  -(1n << 63n),
  (view, at) => view.getBigInt64(at, true),
  (view, at, value) => view.setBigInt64(at, value, true),
);
/** `float`; a number that does not fit exactly is rounded. */
export const f32: NdrType<number> = fixed(
  4,
  checkNumber,
  (view, at) => view.getFloat32(at, true),
  (view, at, value) => view.setFloat32(at, value, true),
);
/** `double`. */
export const f64: NdrType<number> = fixed(
  8,
  checkNumber,
  (view, at) => view.getFloat64(at, true),
  (view, at, value) => view.setFloat64(at, value, true),
);
/** `boolean`: a byte. Any byte but 0 is read as true. */
export const bool: NdrType<boolean> = fixed(
  1,
  (value) => {
    if (typeof value === "boolean") return;
    throw new TypeError(`Invalid bool ${shown(value)}: give true or false`);
  },
  (view, at) => view.getUint8(at) !== 0,
  (view, at, value) => view.setUint8(at, Number(value)),
);

/** `enum` as a number: 16 bits on the wire, from 0 to 32767. */
export const enum16: NdrType<number> = fixed(
  2,
  checkRange("enum16", 0, 0x7fff),
  (view, at) => view.getUint16(at, true),
  (view, at, value) => view.setUint16(at, value, true),
);

/**
 * `enum` by names: `enumOf({ red: 0, green: 5 })`. A number without a name is
 * invalid.
 */
export function enumOf<const M extends Readonly<Record<string, number>>>(
  names: M,
): NdrType<keyof M & string> {
  return named(enum16, names);
}

/** `[v1_enum] enum` by names: 32 bits on the wire. */
export function enum32Of<const M extends Readonly<Record<string, number>>>(
  names: M,
): NdrType<keyof M & string> {
  return named(u32, names);
}

function named<M extends Readonly<Record<string, number>>>(
  type: NdrType<number>,
  names: M,
): NdrType<keyof M & string> {
  const byNumber = new Map(
    Object.entries(names).map(([name, number]) => [number, name]),
  );
  return {
    alignment: type.alignment,
    least: type.least,
    write(writer, name) {
      if (!Object.hasOwn(names, name)) {
        const known = Object.keys(names).map((name) => `"${name}"`).join(", ");
        throw new TypeError(`Invalid enum value ${quote(name)}: give ${known}`);
      }
      type.write(writer, names[name]!);
    },
    read(reader, set) {
      type.read(reader, (number) => {
        const name = byNumber.get(number);
        if (name === undefined) {
          throw new NdrError(
            `Invalid data: ${number} is not a value of the enum`,
          );
        }
        set(name);
      }, 0);
    },
  };
}

function integer(
  name: string,
  size: number,
  min: number,
  get: Getter<number>,
  set: Setter<number>,
): NdrType<number> {
  const max = min + 2 ** (8 * size) - 1;
  return fixed(size, checkRange(name, min, max), get, set);
}

function checkRange(
  name: string,
  min: number,
  max: number,
): (value: number) => void {
  return (value) => {
    if (Number.isInteger(value) && value >= min && value <= max) return;
    const error = typeof value === "number" ? RangeError : TypeError;
    throw new error(
      `Invalid ${name} ${shown(value)}: give an integer from ${min} to ${max}`,
    );
  };
}

function big(
  name: string,
  min: bigint,
  get: Getter<bigint>,
  set: Setter<bigint>,
): NdrType<bigint> {
  const max = min + (1n << 64n) - 1n;
  return fixed(
    8,
    (value) => {
      if (typeof value === "bigint" && value >= min && value <= max) return;
      const error = typeof value === "bigint" ? RangeError : TypeError;
      throw new error(
        `Invalid ${name} ${shown(value)}: give a bigint from ${min} to ${max}`,
      );
    },
    get,
    set,
  );
}

function checkNumber(value: number): void {
  if (typeof value === "number") return;
  throw new TypeError(`Invalid number ${shown(value)}`);
}

function fixed<T>(
  size: number,
  check: (value: T) => void,
  get: Getter<T>,
  set: Setter<T>,
): NdrType<T> {
  return {
    alignment: size,
    least: size,
    write(writer, value) {
      check(value);
      const { view, at } = writer.reserve(size);
      set(view, at, value);
    },
    read(reader, give) {
      const { view, at } = reader.take(size);
      give(get(view, at));
    },
  };
}
