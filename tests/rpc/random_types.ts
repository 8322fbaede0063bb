/** Random NDR types with values of them. */

import { ndr } from "../../lib/rpc/mod.ts";

// deno-lint-ignore no-explicit-any
export type AnyType = ndr.NdrType<any>;

/** A whole number from 0 up to below the bound. */
export type Next = (bound: number) => number;

/** A type, and what makes a value of it. */
export interface Made {
  readonly type: AnyType;
  readonly value: () => unknown;
}

/** Numbers that depend on nothing but the seed. */
export function random(seed: number): Next {
  let state = seed * 0x9e3779b9 >>> 0;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % bound;
  };
}

/** A type that nests at most `depth` deep, of a size of its own. */
export function randomType(next: Next, depth: number): Made {
  const sized = () => randomSized(next, depth - 1);
  const conformant = [
    ...conformants(next, sized),
    ...depth > 0 ? [() => struct(next, depth, randomType)] : [],
  ];
  return next(3) === 0
    ? conformant[next(conformant.length)]!()
    : randomSized(next, depth);
}

function randomSized(next: Next, depth: number): Made {
  const flat = numbers(next);
  if (depth <= 0) return flat[next(flat.length)]!;
  const inner = () => randomSized(next, depth - 1);
  const deep: (() => Made)[] = [
    () => struct(next, depth, randomSized),
    () => {
      const { type, value } = inner();
      const length = 1 + next(3);
      return {
        type: ndr.array(type, length),
        value: () => many(length, value),
      };
    },
    () => {
      const { type, value } = inner();
      return {
        type: ndr.varying(type, 5),
        value: () => many(next(6), value),
      };
    },
    () => {
      const { type, value } = randomType(next, depth - 1);
      return {
        type: ndr.unique(type),
        value: () => next(3) === 0 ? null : value(),
      };
    },
  ];
  const all = [...flat.map((made) => () => made), ...deep, ...deep];
  return all[next(all.length)]!();
}

function struct(
  next: Next,
  depth: number,
  makeLast: (next: Next, depth: number) => Made,
): Made {
  const count = 1 + next(4);
  const fields = Array.from({ length: count }, (_, index) => {
    const last = index === count - 1;
    const make = last ? makeLast : randomSized;
    return [`f${index}`, make(next, depth - 1)] as const;
  });
  return {
    type: ndr.struct(
      Object.fromEntries(fields.map(([name, { type }]) => [name, type])),
    ),
    value: () =>
      Object.fromEntries(fields.map(([name, { value }]) => [name, value()])),
  };
}

function conformants(next: Next, sized: () => Made): (() => Made)[] {
  return [
    () => {
      const { type, value } = sized();
      return {
        type: ndr.conformant(type),
        value: () => many(next(5), value),
      };
    },
    () => {
      const { type, value } = sized();
      return {
        type: ndr.conformantVarying(type),
        value: () => {
          const values = many(next(5), value);
          return { capacity: values.length + next(3), values };
        },
      };
    },
    () => ({ type: ndr.wideString, value: () => text(next) }),
    () => ({ type: ndr.charString(), value: () => text(next) }),
    () => ({
      type: ndr.bytes,
      value: () => Uint8Array.from({ length: next(9) }, () => next(256)),
    }),
  ];
}

function numbers(next: Next): Made[] {
  const big = () => BigInt(next(2 ** 31)) * BigInt(next(2 ** 31));
  return [
    { type: ndr.u8, value: () => next(256) },
    { type: ndr.i8, value: () => next(256) - 128 },
    { type: ndr.u16, value: () => next(65536) },
    { type: ndr.i16, value: () => next(65536) - 32768 },
    { type: ndr.u32, value: () => next(2 ** 32) },
    { type: ndr.i32, value: () => next(2 ** 32) - 2 ** 31 },
    { type: ndr.u64, value: big },
    { type: ndr.i64, value: () => -big() },
    { type: ndr.f32, value: () => Math.fround(next(1000) / 7) },
    { type: ndr.f64, value: () => next(1000) / 7 },
    { type: ndr.bool, value: () => next(2) === 1 },
    { type: ndr.enum16, value: () => next(32768) },
    {
      type: ndr.enumOf({ a: 1, b: 300 }),
      value: () => ["a", "b"][next(2)],
    },
    {
      type: ndr.fixedBytes(3),
      value: () => Uint8Array.from({ length: 3 }, () => next(256)),
    },
  ];
}

function many(count: number, value: () => unknown): unknown[] {
  return Array.from({ length: count }, value);
}

function text(next: Next): string {
  const letters = ["a", "é", "中", "😀", "\ufeff", " "];
  return Array.from(
    { length: next(6) },
    () => letters[next(letters.length)],
  ).join("");
}
