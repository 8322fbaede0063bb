import { existsSync } from "node:fs";
import {
  assert,
  assertEquals,
  assertFalse,
  assertGreater,
  assertLess,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { mapFile, type MapFileOptions } from "../../lib/file_mapping/mod.ts";
import { bytes, pattern, text } from "../support/names.ts";
import "../support/native.ts";
import { file } from "./file.ts";

/** Windows refuses longer paths, with their NUL, unless they have a prefix. */
const MAX_PATH = 260;

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

Deno.test("mapFile() takes paths of any length, in any form", () => {
  using f = file(bytes("x"));
  const before = Deno.cwd();
  // Less than a folder may have, so that files below it decide.
  const folder = `${f.folder}\\${"很长的文件夹".repeat(8)}`;
  const deep = `${folder}\\${"a".repeat(120)}\\${"长".repeat(50)}`;
  Deno.mkdirSync(deep, { recursive: true });
  const path = `${deep}\\映射.bin`;
  assertGreater(path.length, MAX_PATH);
  const create = { access: "read-write", create: true } as const;
  {
    using mapping = mapFile(path, { ...create, growTo: 5 });
    mapping.write(bytes("fresh"));
  }
  Deno.chdir(folder);
  try {
    const below = path.slice(folder.length + 1);
    assertLess(below.length, MAX_PATH);
    for (
      const each of [
        path,
        path.replaceAll("\\", "/"),
        `${deep}\\.\\..\\${"长".repeat(50)}\\映射.bin`,
        `\\\\?\\${path}`,
        below,
        below.replaceAll("\\", "/"),
      ]
    ) {
      using mapping = mapFile(each);
      assertEquals(text(mapping.read()), "fresh", each);
    }
  } finally {
    Deno.chdir(before);
  }
  assertThrows(() => mapFile(deep), Deno.errors.IsADirectory);
  assertThrows(() => mapFile(`${path}.no`), Deno.errors.NotFound);
  // What fails leaves no file of that length either.
  const fails = `${deep}\\leer.bin`;
  assertThrows(() => mapFile(fails, create), RangeError);
  assertFalse(existsSync(fails));
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
