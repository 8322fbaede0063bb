import { existsSync } from "node:fs";
import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { mapFile, type MapFileOptions } from "../../lib/file_mapping/mod.ts";
import { bytes, pattern, text } from "../support/names.ts";
import "../support/native.ts";
import { file } from "./file.ts";

Deno.test("mapFile() of a part that is gone fails", () => {
  using f = file(pattern(10));
  const error = assertThrows(
    () => mapFile(f.path, { offset: 5, length: 6 }),
    RangeError,
  );
  assertStringIncludes(error.message, "it has 10 bytes");
  assertThrows(() => mapFile(f.path, { offset: 10 }), RangeError);
});

Deno.test("mapFile() rejects empty and missing files, and folders", () => {
  using f = file(new Uint8Array());
  const empty = assertThrows(() => mapFile(f.path), RangeError);
  assertStringIncludes(empty.message, "it is empty");
  assertThrows(() => mapFile(`${f.path}.no`), Deno.errors.NotFound);
  assertThrows(() => mapFile(`${f.folder}\\no\\x`), Deno.errors.NotFound);
  assertThrows(() => mapFile(f.folder), Deno.errors.IsADirectory);
});

Deno.test("mapFile() creates a file where it is asked to", () => {
  using f = file(bytes("x"));
  const path = `${f.folder}\\new.bin`;
  {
    using mapping = mapFile(path, {
      access: "read-write",
      create: true,
      growTo: 5,
    });
    mapping.write(bytes("fresh"));
  }
  assertEquals(text(Deno.readFileSync(path)), "fresh");
});

for (
  const [what, options] of [
    ["without a size", {}],
    ["with a part past its end", { growTo: 5, offset: 6 }],
    ["with a length past its end", { growTo: 5, length: 6 }],
    ["longer than any disk", { growTo: 2 ** 52, length: 1 }],
  ] as const
) {
  Deno.test(`mapFile() of a new file ${what} fails, and leaves none`, () => {
    using f = file(bytes("x"));
    const path = `${f.folder}\\new.bin`;
    const how = { access: "read-write", create: true, ...options } as const;
    assertThrows(() => mapFile(path, how));
    assertFalse(existsSync(path));
  });
}

Deno.test("mapFile() with create leaves a file that was there, also where it fails", () => {
  using f = file(new Uint8Array());
  const how = { access: "read-write", create: true } as const;
  assertThrows(() => mapFile(f.path, how), RangeError, "it is empty");
  assert(existsSync(f.path));
  Deno.writeFileSync(f.path, bytes("content"));
  using mapping = mapFile(f.path, how);
  assertEquals(text(mapping.read()), "content");
});

Deno.test("mapFile() of a part past the end grows no file", () => {
  using f = file(bytes("content"));
  const how = { access: "read-write", growTo: 100, offset: 100 } as const;
  assertThrows(() => mapFile(f.path, how), RangeError);
  assertEquals(Deno.statSync(f.path).size, 7);
});

Deno.test("mapFile() rejects bad input", () => {
  const bad: [unknown, MapFileOptions, new () => Error][] = [
    [null, {}, TypeError],
    ["", {}, TypeError],
    ["a\0b", {}, TypeError],
    ["x", { access: "write" as never }, TypeError],
    ["x", { offset: -1 }, RangeError],
    ["x", { offset: 1.5 }, TypeError],
    ["x", { length: 0 }, RangeError],
    ["x", { growTo: 5 }, TypeError],
    ["x", { create: true }, TypeError],
    ["x", { create: "yes" as never }, TypeError],
  ];
  for (const [path, options, type] of bad) {
    assertThrows(() => mapFile(path as never, options), type);
  }
});
