/**
 * NDR, the encoding of arguments and results, as in programs compiled by
 * Microsoft's MIDL (transfer syntax NDR 2.0, little-endian). Pure functions.
 *
 * A procedure's arguments are a list of types, one for each `[in]` parameter in
 * order. Its results are those of the `[out]` parameters, followed by the
 * return type. Write a parameter `T *` (`[ref]`, the default) like `T` itself,
 * and `[unique] T *` as {@linkcode unique}.
 *
 * @example
 * ```ts
 * import { ndr } from "@winipc/winipc";
 *
 * // long Open([unique, string] wchar_t *name, long access, [out] handle *h)
 * const request = ndr.encode([ndr.unique(ndr.wideString), ndr.u32], ["name", 1]);
 * const [name, access] = ndr.decode(
 *   [ndr.unique(ndr.wideString), ndr.u32],
 *   request,
 * );
 * console.assert(name === "name" && access === 1);
 * ```
 *
 * @module
 */

import { NdrReader } from "./ndr/reader.ts";
import {
  type NdrType,
  type NdrValue,
  readFlat,
  writeFlat,
} from "./ndr/type.ts";
import { NdrWriter } from "./ndr/writer.ts";

export {
  array,
  bytes,
  conformant,
  conformantVarying,
  fixedBytes,
  type NdrSlice,
  varying,
} from "./ndr/arrays.ts";
export {
  bool,
  enum16,
  enum32Of,
  enumOf,
  f32,
  f64,
  i16,
  i32,
  i64,
  i8,
  u16,
  u32,
  u64,
  u8,
} from "./ndr/numbers.ts";
export type { NdrReader } from "./ndr/reader.ts";
export { charString, wideString } from "./ndr/strings.ts";
export {
  contextHandle,
  guid,
  lazy,
  type NdrStruct,
  struct,
  unique,
} from "./ndr/structs.ts";
export { NdrError } from "./ndr/error.ts";
export type { NdrType, NdrValue } from "./ndr/type.ts";
export type { NdrWriter } from "./ndr/writer.ts";

/** A list of types. */
// deno-lint-ignore no-explicit-any
export type NdrTypes = readonly NdrType<any>[];

/** The values of a list of types. */
export type NdrValues<L extends NdrTypes> = {
  -readonly [I in keyof L]: NdrValue<L[I]>;
};

/**
 * Encodes `values` of `types`.
 *
 * @throws {TypeError} for a value of another type
 * @throws {RangeError} for a number that does not fit its type
 */
export function encode<const L extends NdrTypes>(
  types: L,
  values: Readonly<NdrValues<L>>,
): Uint8Array<ArrayBuffer> {
  if (values.length !== types.length) {
    throw new TypeError(
      `Invalid number of values ${values.length}: give ${types.length}`,
    );
  }
  const writer = new NdrWriter();
  types.forEach((type, index) => {
    writer.later(() => writeFlat(writer, type, values[index]));
    writer.finish();
  });
  return writer.bytes;
}

/**
 * Decodes values of `types` from the start of `bytes`. For any bytes, nothing
 * outside of them is read, and no count creates more values than they hold.
 *
 * @throws {NdrError} for bytes that are not such values
 */
export function decode<const L extends NdrTypes>(
  types: L,
  bytes: Uint8Array,
): NdrValues<L> {
  const reader = new NdrReader(bytes);
  const values: unknown[] = [];
  types.forEach((type, index) => {
    reader.later(() =>
      readFlat(reader, type, (value) => values[index] = value)
    );
    reader.finish();
  });
  return values as NdrValues<L>;
}
