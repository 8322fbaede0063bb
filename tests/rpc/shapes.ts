/** The procedures of midl/shapes.idl, as NDR types. */

import { ndr } from "../../lib/rpc/mod.ts";

export const SHAPES = {
  uuid: "3a2f8d1e-5b64-4c0f-9e7a-8d1c2b3a4f50",
  version: "1.0",
};

export const point = ndr.struct({ x: ndr.i16, y: ndr.i64 });

export const shape = ndr.struct({
  paint: ndr.enumOf({ red: 0, green: 5, blue: 6 }),
  name: ndr.unique(ndr.wideString),
  place: point,
  other: ndr.unique(point),
  note: ndr.unique(ndr.charString()),
  weight: ndr.f64,
});

export interface Node {
  value: number;
  next: Node | null;
}

export const node: ndr.NdrType<Node> = ndr.struct({
  value: ndr.i32,
  next: ndr.unique(ndr.lazy(() => node)),
});

export const bag = ndr.struct({
  count: ndr.i16,
  items: ndr.conformant(ndr.i64),
});

const words = ndr.struct({ text: ndr.unique(ndr.wideString) });

// deno-lint-ignore no-explicit-any
type Types = readonly ndr.NdrType<any>[];

/** A procedure: its number, arguments and results. */
export interface Procedure {
  readonly number: number;
  readonly request: Types;
  readonly response: Types;
}

export const ECHO = {
  number: 0,
  request: [ndr.u32, ndr.bytes],
  response: [ndr.u32, ndr.unique(ndr.bytes), ndr.i32],
} as const;
export const NUMBERS = {
  number: 1,
  request: [
    ndr.bool,
    ndr.u8,
    ndr.i8,
    ndr.i16,
    ndr.i64,
    ndr.f32,
    ndr.u8,
    ndr.f64,
    ndr.u16,
    ndr.u32,
  ],
  response: [ndr.i64, ndr.i8, ndr.f64],
} as const;
export const STRINGS = {
  number: 2,
  request: [ndr.wideString, ndr.charString(), ndr.unique(ndr.wideString)],
  response: [words, ndr.i32],
} as const;
export const ARRAYS = {
  number: 3,
  request: [
    ndr.array(ndr.i16, 3),
    ndr.i32,
    ndr.conformant(ndr.i16),
    ndr.i32,
    ndr.varying(ndr.i64, 4),
    ndr.i32,
    ndr.i32,
    ndr.conformantVarying(ndr.i64),
  ],
  response: [ndr.i64],
} as const;
export const STRUCTS = {
  number: 4,
  request: [shape, ndr.i32, ndr.conformant(shape)],
  response: [shape],
} as const;
export const SUM = {
  number: 5,
  request: [ndr.unique(node), bag],
  response: [ndr.i32],
} as const;

/** What peer.c sends. */
export const NUMBERS_SENT: ndr.NdrValues<typeof NUMBERS.request> = [
  true,
  200,
  -3,
  -1000,
  -0x123456789abcdefn,
  1.5,
  0x78,
  2.25,
  0x4e2d,
  4000000000,
];
export const STRINGS_SENT: ndr.NdrValues<typeof STRINGS.request> = [
  "wide 中",
  "narrow",
  null,
];
export const ARRAYS_SENT: ndr.NdrValues<typeof ARRAYS.request> = [
  [1, -2, 3],
  5,
  [10, 20, 30, 40, 50],
  2,
  [100n, 200n],
  6,
  3,
  { capacity: 6, values: [5n, 6n, 7n] },
];
export const STRUCTS_SENT: ndr.NdrValues<typeof STRUCTS.request> = [
  {
    paint: "green",
    name: "one",
    place: { x: 1, y: 2n },
    other: { x: 7, y: 8n },
    note: "note",
    weight: 0.5,
  },
  2,
  [
    {
      paint: "red",
      name: null,
      place: { x: 3, y: 4n },
      other: { x: -7, y: -8n },
      note: null,
      weight: 1,
    },
    {
      paint: "blue",
      name: "中",
      place: { x: 5, y: 6n },
      other: null,
      note: "last",
      weight: 2,
    },
  ],
];
export const SUM_SENT: ndr.NdrValues<typeof SUM.request> = [
  { value: 1, next: { value: 2, next: { value: 3, next: null } } },
  { count: 4, items: [10n, 20n, 30n, 40n] },
];
