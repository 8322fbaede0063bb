/**
 * NDR, the form of arguments and results on the wire, as programs compiled by
 * Microsoft's MIDL write it (transfer syntax NDR 2.0, little-endian). Pure.
 *
 * A procedure's arguments are a list of types: one for each `[in]` parameter in
 * their order; its results are those of the `[out]` parameters, and last the
 * type that it returns. A parameter `T *` (`[ref]`, the default) is written
 * like `T` itself, and `[unique] T *` as {@linkcode unique}.
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
  readWhole,
  writeWhole,
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

/** What the values of a list of types are. */
export type NdrValues<L extends NdrTypes> = {
  -readonly [I in keyof L]: NdrValue<L[I]>;
};

/**
 * The bytes of `values`, which are of `types` in their order.
 *
 * @throws {TypeError} for a value that is none of its type
 * @throws {RangeError} for a number that its type cannot hold
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
  types.forEach((type, index) => writeWhole(writer, type, values[index]));
  return writer.bytes;
}

/**
 * The values of `types` that `bytes` begin with. Whatever the bytes are,
 * nothing outside of them is read, and no count makes more than they hold.
 *
 * @throws {NdrError} for bytes that are no such values
 */
export function decode<const L extends NdrTypes>(
  types: L,
  bytes: Uint8Array,
): NdrValues<L> {
  const reader = new NdrReader(bytes);
  const values: unknown[] = [];
  types.forEach((type, index) =>
    readWhole(reader, type, (value) => values[index] = value)
  );
  return values as NdrValues<L>;
}
