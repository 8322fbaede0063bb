import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mapFile } from "../../lib/file_mapping/mod.ts";
import { bytes, pattern, text } from "../support/names.ts";
import "../support/native.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import { wrapped } from "../support/wrapped.ts";
import { file } from "./file.ts";

Deno.test("mapFile() of 14 bytes leaves the file at 14 bytes", () => {
  using f = file(bytes("fourteen bytes"));
  {
    using mapping = mapFile(f.path, { access: "read-write" });
    assertEquals(mapping.size, 14);
    mapping.write(bytes("F"));
    assertThrows(() => mapping.write(bytes("x"), 14), RangeError);
  }
  assertEquals(text(Deno.readFileSync(f.path)), "Fourteen bytes");
});

Deno.test("mapFile() maps any part", () => {
  const content = pattern(300_000);
  using f = file(content);
  for (const offset of [0, 1, 65_535, 65_536, 65_537, 299_999]) {
    using mapping = mapFile(f.path, { offset });
    assertEquals(mapping.read(), content.slice(offset));
  }
  using part = mapFile(f.path, { offset: 100_001, length: 7 });
  assertEquals(part.read(), content.slice(100_001, 100_008));
});

Deno.test('access "copy-on-write" never reaches the file', () => {
  using f = file(bytes("content"));
  using mapping = mapFile(f.path, { access: "copy-on-write" });
  mapping.write(bytes("X"));
  mapping.view()[1] = 89;
  assertEquals(text(mapping.read()), "XYntent");
  assertEquals(text(Deno.readFileSync(f.path)), "content");
});

Deno.test('access "read" refuses writes and views', () => {
  using f = file(bytes("content"));
  using mapping = mapFile(f.path);
  assertThrows(() => mapping.write(bytes("X")), TypeError);
  assertThrows(() => mapping.view(), TypeError);
  assertThrows(() => mapping.grow(100), TypeError);
});

Deno.test("grow() makes file and mapping longer, and ends old views", () => {
  using f = file(bytes("short"));
  using mapping = mapFile(f.path, { access: "read-write", offset: 1 });
  const old = mapping.view();
  mapping.grow(100_000);
  assertEquals([old.length, mapping.size], [0, 100_000]);
  assertEquals(mapping.fileSize(), 100_001);
  mapping.write(bytes("end"), 99_997);
  assertEquals(text(mapping.read(0, 4)), "hort");
  assertThrows(() => mapping.grow(5), RangeError);
});

Deno.test("flush() brings changes to the file", async () => {
  using f = file(bytes("content"));
  using mapping = mapFile(f.path, { access: "read-write" });
  mapping.write(bytes("C"));
  await mapping.flush();
  assertEquals(text(await Deno.readFile(f.path)), "Content");
  const pending = mapping.flush();
  mapping.close();
  await pending;
  await assertRejects(() => mapping.flush(), Deno.errors.BadResource);
});

Deno.test("a mapping can be used while flush() waits for the disk", async () => {
  using f = file(bytes("content"));
  using mapping = mapFile(f.path, { access: "read-write" });
  let size = 0;
  using _watched = wrapped({
    FlushFileBuffers: (native, { declaration }) => (...args) => {
      const flushed = native(...args);
      if (!declaration.nonblocking) return flushed;
      mapping.write(bytes("C"));
      mapping.grow(8);
      size = mapping.fileSize();
      return flushed;
    },
  });
  await mapping.flush();
  assertEquals(size, 8);
});

Deno.test("after close() every view has length 0", () => {
  using f = file(pattern(70_000));
  const mapping = mapFile(f.path, { access: "read-write", offset: 65_537 });
  const view = mapping.view();
  mapping.close();
  mapping.close();
  assertEquals(view.length, 0);
  assertThrows(() => mapping.read(), Deno.errors.BadResource);
});

Deno.test("10,000 times map, view, close leave no handle", async () => {
  using f = file(pattern(70_000));
  const cycle = () => {
    using mapping = mapFile(f.path, { access: "read-write" });
    mapping.view();
  };
  cycle();
  await assertNoHandlesLeft(() => {
    for (let i = 0; i < 10_000; i++) cycle();
  });
});

Deno.test("write() and readInto() with a view of the same file copy it first", () => {
  using f = file(pattern(100_000));
  using mapping = mapFile(f.path, { access: "read-write" });
  const view = mapping.view(0, 99_990);
  const buffers: unknown[] = [];
  using _watched = wrapped({
    ReadProcessMemory: (native) => (...args) => {
      const { buffer } = args.find((arg) => arg instanceof Uint8Array)!;
      buffers.push(buffer);
      return native(...args);
    },
  });
  mapping.write(view, 10);
  mapping.readInto(view, 10);
  assertEquals(buffers.length, 2);
  assert(!buffers.includes(view.buffer));
});
