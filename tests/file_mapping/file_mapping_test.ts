import { existsSync } from "node:fs";
import {
  assertEquals,
  assertLessOrEqual,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { mapFile, type MapFileOptions } from "../../lib/file_mapping/mod.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { toWide } from "../../lib/win32/wide.ts";
import { bytes, pattern, text } from "../helpers/names.ts";
import "../helpers/native.ts";
import { startScript } from "../helpers/peer.ts";
import { handleCount } from "../helpers/process_stats.ts";

const PEER = new URL("peer.ts", import.meta.url);

/** A file of its own, removed at the end of a test. */
function file(content: Uint8Array) {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}\\file.bin`;
  Deno.writeFileSync(path, content);
  return {
    path,
    folder,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

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

Deno.test("two processes map one file", async () => {
  using f = file(pattern(200_000));
  using mapping = mapFile(f.path, { access: "read-write", offset: 70_001 });
  await using peer = startScript(PEER, [f.path, 70_001]);
  await peer.says("ready");
  await peer.tell("write hello");
  await peer.says("done");
  assertEquals(text(mapping.read(0, 5)), "hello");
  mapping.view()[0] = 72;
  await peer.tell("read 5");
  await peer.says("Hello");
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

Deno.test("mapFile() reaches beyond 4 GiB at an odd offset", () => {
  using f = file(bytes("begin"));
  const offset = 4 * 2 ** 30 + 12_345;
  {
    using mapping = mapFile(f.path, {
      access: "read-write",
      growTo: offset + 10,
      offset,
    });
    assertEquals(mapping.size, 10);
    mapping.write(bytes("beyond"), 1);
  }
  using open = Deno.openSync(f.path);
  open.seekSync(offset + 1, Deno.SeekMode.Start);
  const found = new Uint8Array(6);
  open.readSync(found);
  assertEquals(text(found), "beyond");
  using all = mapFile(f.path);
  assertEquals([all.size, text(all.read(offset + 1, 6))], [
    offset + 10,
    "beyond",
  ]);
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

Deno.test("a mapped file can be shortened by no process, nor by this one", async () => {
  using f = file(pattern(100_000));
  using mapping = mapFile(f.path);
  assertThrows(() => Deno.truncateSync(f.path, 10), Error, "1224");
  assertThrows(() => Deno.writeFileSync(f.path, bytes("x")), Error, "1224");
  await using peer = startScript(PEER, [f.path]);
  await peer.says("ready");
  await peer.tell("truncate 10");
  assertStringIncludes(await peer.line(), "1224");
  assertEquals(mapping.read(99_999), pattern(100_000).slice(99_999));
  await peer.tell("end");
  assertEquals((await peer.ended()).code, 0);
  mapping.close();
  await Deno.truncate(f.path, 10);
  assertThrows(() => mapFile(f.path, { offset: 5, length: 6 }), RangeError);
});

/** What the computer that has a shared folder does with its files, a program of Linux does with those of Wine. */
const TRUNCATE = "Z:\\usr\\bin\\truncate";

Deno.test({
  name:
    "a file that is shortened behind Windows' back is told, in each process",
  ignore: !existsSync(TRUNCATE),
  async fn() {
    using f = file(pattern(300_000));
    using mapping = mapFile(f.path, { access: "read-write" });
    await using peer = startScript(PEER, [f.path]);
    await peer.says("ready");
    await Deno.copyFile(TRUNCATE, `${f.folder}\\t.exe`);
    const command = new Deno.Command("cmd.exe", {
      args: ["/d", "/c", "t.exe -s 10 file.bin"],
      cwd: f.folder,
    });
    // The end of its output is that of the program, which Wine has no handle of.
    await command.output();
    assertEquals(mapping.fileSize(), 10);
    assertEquals(mapping.read(0, 10), pattern(10));
    const gone = [
      () => mapping.read(0, 11),
      () => mapping.read(200_000, 5),
      () => mapping.write(bytes("x"), 10),
      () => mapping.write(bytes("x"), 200_000),
    ];
    for (const act of gone) {
      assertThrows(act, Deno.errors.UnexpectedEof, "shortened to 10 bytes");
    }
    await peer.tell("read 11");
    assertStringIncludes(await peer.line(), "shortened to 10 bytes");
    mapping.grow(300_001);
    assertEquals([...mapping.read(9, 3)], [...pattern(10).slice(9), 0, 0]);
  },
});

Deno.test("mapFile() of a part that is gone is told", () => {
  using f = file(pattern(10));
  const error = assertThrows(
    () => mapFile(f.path, { offset: 5, length: 6 }),
    RangeError,
  );
  assertStringIncludes(error.message, "it has 10 bytes");
  assertThrows(() => mapFile(f.path, { offset: 10 }), RangeError);
});

Deno.test("mapFile() tells empty, missing, folders and files in use", () => {
  using f = file(new Uint8Array());
  const empty = assertThrows(() => mapFile(f.path), RangeError);
  assertStringIncludes(empty.message, "it is empty");
  assertThrows(() => mapFile(`${f.path}.no`), Deno.errors.NotFound);
  assertThrows(() => mapFile(`${f.folder}\\no\\x`), Deno.errors.NotFound);
  assertThrows(() => mapFile(f.folder), Deno.errors.IsADirectory);
  const { call } = kernel32();
  const alone = call.CreateFileW(toWide(f.path), 0x8000_0000, 0, 0n, 3, 0, 0n);
  assertThrows(() => mapFile(f.path), Deno.errors.Busy);
  call.CloseHandle(alone);
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

Deno.test("after close() every view has length 0", () => {
  using f = file(pattern(70_000));
  const mapping = mapFile(f.path, { access: "read-write", offset: 65_537 });
  const view = mapping.view();
  mapping.close();
  mapping.close();
  assertEquals(view.length, 0);
  assertThrows(() => mapping.read(), Deno.errors.BadResource);
});

Deno.test("1,000 times map, view, close leave no handle", () => {
  using f = file(pattern(70_000));
  const cycle = () => {
    using mapping = mapFile(f.path, { access: "read-write" });
    mapping.view();
  };
  cycle();
  const before = handleCount();
  for (let i = 0; i < 1000; i++) cycle();
  // Deno may have ended an idle thread of its own.
  assertLessOrEqual(handleCount(), before);
});

Deno.test("mapFile() tells bad input before any native call", () => {
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
