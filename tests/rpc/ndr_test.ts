import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { ndr } from "../../lib/rpc/mod.ts";
import { bytes } from "../support/names.ts";
import { type AnyType, random, randomType } from "./random_types.ts";
import { ARRAYS, NUMBERS, STRINGS, STRUCTS, SUM } from "./shapes.ts";

const hex = (types: readonly AnyType[], values: readonly unknown[]) =>
  ndr.encode(types, values).toHex();

Deno.test("ndr.encode() aligns each number to its size", () => {
  assertEquals(
    hex([ndr.u8, ndr.u16, ndr.u8, ndr.u32, ndr.u8, ndr.u64], [
      1,
      2,
      3,
      4,
      5,
      6n,
    ]),
    "01000200030000000400000005000000" + "0600000000000000",
  );
  assertEquals(hex([ndr.i16, ndr.f32], [-2, 1]), "feff00000000803f");
  assertEquals(hex([ndr.enum16, ndr.bool, ndr.i8], [5, true, -1]), "050001ff");
});

Deno.test("ndr.encode() puts what pointers point to behind the value, in their order", () => {
  const pair = ndr.struct({
    a: ndr.unique(ndr.u32),
    b: ndr.unique(ndr.unique(ndr.u16)),
    c: ndr.u8,
  });
  assertEquals(
    hex([pair, ndr.u8], [{ a: 1, b: 2, c: 3 }, 9]),
    "00000200" + "04000200" + "03000000" + "01000000" + "08000200" + "0200" +
      "09",
  );
});

Deno.test("ndr.encode() puts the count of a structure's last field before it", () => {
  const bag = ndr.struct({ n: ndr.u16, items: ndr.conformant(ndr.u64) });
  assertEquals(
    hex([bag], [{ n: 1, items: [7n] }]),
    "0100000000000000" + "0100000000000000" + "0700000000000000",
  );
});

Deno.test("ndr.encode() writes strings with their NUL", () => {
  assertEquals(
    hex([ndr.wideString], ["é"]),
    "02000000" + "00000000" + "02000000" + "e9000000",
  );
  assertEquals(
    hex([ndr.charString("latin1")], ["é"]),
    "02000000" + "00000000" + "02000000" + "e900",
  );
  assertEquals(
    hex([ndr.charString()], ["é"]),
    "03000000" + "00000000" + "03000000" + "c3a900",
  );
});

Deno.test("ndr.decode() takes Node's Buffer, and copies out of it", () => {
  const encoded = ndr.encode([ndr.bytes, ndr.wideString], [bytes("ab"), "hi"]);
  const buffer = Buffer.alloc(1 + encoded.byteLength);
  buffer.set(encoded, 1);
  const types = [ndr.bytes, ndr.wideString];
  const values = ndr.decode(types, buffer.subarray(1));
  buffer.fill(0);
  assertEquals(values, [bytes("ab"), "hi"]);
});

Deno.test("ndr.encode() and decode() are inverse for random types", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const next = random(seed);
    const made = Array.from({ length: 1 + next(4) }, () => randomType(next, 3));
    const types = made.map(({ type }) => type);
    const values = made.map(({ value }) => value());
    const bytes = ndr.encode(types, values);
    assertEquals(ndr.decode(types, bytes), values, `seed ${seed}`);
  }
});

Deno.test("ndr.decode() gives values of their types or NdrError for any bytes", () => {
  const lists = [ARRAYS, NUMBERS, STRINGS, STRUCTS, SUM].map((p) => p.request);
  let refused = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const next = random(seed);
    const types = seed % 2 === 0
      ? lists[seed % lists.length]!
      : [randomType(next, 3).type];
    // Small numbers are likely counts, and zeros likely pointers.
    const bytes = Uint8Array.from(
      { length: next(200) },
      () => next(3) === 0 ? next(256) : next(4),
    );
    const whole = new Uint8Array(300).fill(0xee);
    whole.set(bytes, 50);
    try {
      ndr.decode(types, whole.subarray(50, 50 + bytes.length));
    } catch (error) {
      if (!(error instanceof ndr.NdrError)) throw error;
      refused++;
    }
  }
  assertEquals(refused > 1000, true);
});

Deno.test("ndr.decode() refuses every proper beginning of valid bytes", () => {
  for (const { request } of [STRINGS, SUM]) {
    const sent: unknown[] = request === STRINGS.request
      ? ["wide", "narrow", "more"]
      : [{ value: 1, next: null }, { count: 2, items: [1n, 2n] }];
    const bytes = ndr.encode(request, sent as never);
    for (let length = 0; length < bytes.length; length++) {
      const part = bytes.subarray(0, length);
      assertThrows(() => ndr.decode(request, part), ndr.NdrError);
    }
  }
});

Deno.test("ndr.decode() lets no count claim more than there is", () => {
  const count = "ffffffff";
  const cases: [AnyType, string][] = [
    [ndr.conformant(ndr.u8), count],
    [ndr.conformant(ndr.u64), "ffffff7f00000000"],
    [ndr.bytes, count],
    [ndr.wideString, `${count}00000000${count}`],
    [ndr.charString(), `0100000000000000020000006100`],
    [ndr.charString(), `02000000010000000100000000`],
    [ndr.charString(), `02000000000000000200000061ff`],
    [ndr.varying(ndr.u8, 3), "0000000004000000ffffffff"],
    [ndr.conformantVarying(ndr.u8), "020000000000000003000000010203"],
    [ndr.enumOf({ a: 1 }), "0200"],
  ];
  for (const [type, text] of cases) {
    assertThrows(
      () => ndr.decode([type], Uint8Array.fromHex(text)),
      ndr.NdrError,
    );
  }
});

Deno.test("ndr.decode() follows a list however long it is", () => {
  interface Item {
    value: number;
    next: Item | null;
  }
  const item: ndr.NdrType<Item> = ndr.struct({
    value: ndr.u32,
    next: ndr.unique(ndr.lazy(() => item)),
  });
  let first: Item | null = null;
  for (let value = 50_000; value > 0; value--) first = { value, next: first };
  const bytes = ndr.encode([item], [first!]);
  const [decoded] = ndr.decode([item], bytes);
  let sum = 0;
  for (let at: Item | null = decoded; at !== null; at = at.next) {
    sum += at.value;
  }
  assertEquals(sum, 50_000 * 50_001 / 2);
});

Deno.test("ndr.encode() refuses values that their types cannot hold", () => {
  const point = ndr.struct({ x: ndr.u8 });
  const cases: [AnyType, unknown, string][] = [
    [ndr.u8, 256, "Invalid u8 256: give an integer from 0 to 255"],
    [ndr.i16, -32769, "Invalid i16 -32769"],
    [ndr.u32, 1.5, "Invalid u32 1.5"],
    [ndr.u32, "1", "Invalid u32 1"],
    [ndr.u64, 5, "give a bigint"],
    [ndr.i64, 1n << 63n, "Invalid i64"],
    [ndr.f64, null, "Invalid number null"],
    [ndr.bool, 1, "give true or false"],
    [ndr.enum16, 40000, "Invalid enum16 40000"],
    [ndr.enumOf({ red: 0 }), "blue", 'Invalid enum value "blue": give "red"'],
    [ndr.wideString, "a\0b", "give a string without NUL"],
    [ndr.charString("latin1"), "中", 'Latin-1 has no "中"'],
    [ndr.array(ndr.u8, 2), [1], "Invalid number of values 1: give 2"],
    [ndr.conformant(ndr.u8), "x", "Invalid values x: give an array"],
    [ndr.varying(ndr.u8, 2), [1, 2, 3], "give at most 2"],
    [ndr.conformantVarying(ndr.u8), { capacity: 0, values: [1] }, "give 0"],
    [ndr.fixedBytes(3), new Uint8Array(2), "Invalid number of bytes 2: give 3"],
    [ndr.bytes, [1], "give a Uint8Array"],
    [point, null, "Invalid structure null: give an object"],
    [ndr.unique(point), { x: 300 }, "Invalid u8 300"],
  ];
  for (const [type, value, message] of cases) {
    assertThrows(() => ndr.encode([type], [value]), Error, message);
  }
  assertThrows(
    () => ndr.encode([ndr.u8], [] as never),
    TypeError,
    "Invalid number of values 0: give 1",
  );
});

Deno.test("ndr refuses types that NDR does not have", () => {
  const makers: (() => unknown)[] = [
    () => ndr.struct({}),
    () => ndr.struct({ text: ndr.wideString, n: ndr.u8 }),
    () => ndr.array(ndr.wideString, 2),
    () => ndr.conformant(ndr.conformant(ndr.u8)),
    () => ndr.varying(ndr.bytes, 2),
    () => ndr.array(ndr.u8, 0),
    () => ndr.fixedBytes(1.5),
    () => ndr.charString("utf-16" as "utf-8"),
  ];
  for (const make of makers) assertThrows(make, Error, "Invalid");
});
