import { assertEquals, assertThrows } from "@std/assert";
import {
  field,
  type Layout,
  OVERLAPPED_ENTRY,
  pack,
  SECURITY_ATTRIBUTES,
  UNICODE_STRING,
} from "../../lib/win32/structs.ts";

Deno.test("pack() gives the struct's size in zeros", () => {
  assertEquals(pack(SECURITY_ATTRIBUTES, {}), new Uint8Array(24));
});

Deno.test("pack() puts values where they belong, little-endian", () => {
  const bytes = pack(UNICODE_STRING, {
    Length: 0x1234,
    MaximumLength: 0x5678,
    Buffer: 0x1122334455667788n,
  });
  assertEquals(
    [...bytes],
    [0x34, 0x12, 0x78, 0x56, 0, 0, 0, 0]
      .concat([0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]),
  );
});

Deno.test("pack() takes numbers for addresses", () => {
  const bytes = pack(UNICODE_STRING, { Buffer: 7 });
  assertEquals(field(UNICODE_STRING, bytes, "Buffer"), 7n);
});

Deno.test("pack() refuses a field that the struct does not have", () => {
  const values: Record<string, number> = { bLength: 1 };
  assertThrows(
    () => pack<Layout>(UNICODE_STRING, values),
    TypeError,
    "bLength",
  );
});

Deno.test("field() reads back what pack() wrote", () => {
  const bytes = pack(SECURITY_ATTRIBUTES, {
    nLength: 0xffff_ffff,
    lpSecurityDescriptor: 0xffff_ffff_ffff_fff0n,
    bInheritHandle: -1,
  });
  assertEquals(field(SECURITY_ATTRIBUTES, bytes, "nLength"), 0xffff_ffff);
  assertEquals(
    field(SECURITY_ATTRIBUTES, bytes, "lpSecurityDescriptor"),
    0xffff_ffff_ffff_fff0n,
  );
  assertEquals(field(SECURITY_ATTRIBUTES, bytes, "bInheritHandle"), -1);
});

Deno.test("field() reads the second struct of a row, in a part of a buffer", () => {
  const { size } = OVERLAPPED_ENTRY;
  const row = new Uint8Array(8 + 2 * size).subarray(8);
  row.set(pack(OVERLAPPED_ENTRY, { dwNumberOfBytesTransferred: 42 }), size);
  const name = "dwNumberOfBytesTransferred";
  assertEquals(field(OVERLAPPED_ENTRY, row, name), 0);
  assertEquals(field(OVERLAPPED_ENTRY, row, name, size), 42);
});
