import { existsSync } from "node:fs";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { mapFile } from "../../lib/file_mapping/mod.ts";
import { bytes, pattern, text } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { file } from "./file.ts";

const PEER = new URL("peer.ts", import.meta.url);

Deno.test("two processes map one file", async () => {
  using f = file(pattern(200_000));
  using mapping = mapFile(f.path, { access: "read-write", offset: 70_001 });
  await using peer = startScript(PEER, [f.path, 70_001]);
  await peer.says("ready");
  await peer.send("write hello");
  await peer.says("done");
  assertEquals(text(mapping.read(0, 5)), "hello");
  mapping.view()[0] = 72;
  await peer.send("read 5");
  await peer.says("Hello");
});

Deno.test('access "copy-on-write" of another process changes nothing for others', async () => {
  using f = file(pattern(200_000));
  using mapping = mapFile(f.path, { access: "read-write" });
  await using peer = startScript(PEER, [f.path, 0, "copy-on-write"]);
  await peer.says("ready");
  await peer.send("write theirs");
  await peer.says("done");
  await peer.send("read 6");
  await peer.says("theirs");
  assertEquals(mapping.read(0, 6), pattern(6));
  assertEquals(await Deno.readFile(f.path), pattern(200_000));
  // What it has not changed it shares.
  mapping.write(bytes("ours"), 100_000);
  await peer.send("read 4 100000");
  await peer.says("ours");
});

Deno.test('access "read" of another process sees changes, and makes none', async () => {
  using f = file(bytes("content"));
  using mapping = mapFile(f.path, { access: "read-write" });
  await using peer = startScript(PEER, [f.path, 0, "read"]);
  await peer.says("ready");
  await peer.send("write theirs");
  assertStringIncludes(await peer.line(), "TypeError");
  mapping.write(bytes("C"));
  await peer.send("read 7");
  await peer.says("Content");
});

Deno.test("a file that another process has for itself is Busy", async () => {
  using f = file(bytes("content"));
  using _mapping = mapFile(f.path);
  await using peer = startScript(PEER, [f.path, 0, "read"]);
  await peer.says("ready");
  const other = `${f.folder}\\other.bin`;
  await Deno.writeFile(other, bytes("theirs"));
  await peer.send(`hold ${other}`);
  await peer.says("done");
  assertThrows(() => mapFile(other), Deno.errors.Busy, "open exclusively");
  await peer.send("let go");
  await peer.says("done");
  using mapping = mapFile(other);
  assertEquals(text(mapping.read()), "theirs");
});

Deno.test("grow() of one process is seen by another", async () => {
  using f = file(bytes("short"));
  using mapping = mapFile(f.path, { access: "read-write" });
  await using peer = startScript(PEER, [f.path]);
  await peer.says("ready");
  await peer.send("grow 100000");
  await peer.says("done");
  await peer.send("write far 99000");
  await peer.says("done");
  assertEquals([mapping.fileSize(), mapping.size], [100_000, 5]);
  mapping.grow(100_000);
  assertEquals(text(mapping.read(99_000, 3)), "far");
  mapping.grow(200_000);
  await peer.send("size");
  await peer.says("200000 100000");
  mapping.write(bytes("near"), 1);
  await peer.send("read 5");
  await peer.says("snear");
});

Deno.test("a mapped file can be shortened by no process, nor by this one", async () => {
  using f = file(pattern(100_000));
  using mapping = mapFile(f.path);
  assertThrows(() => Deno.truncateSync(f.path, 10), Error, "1224");
  assertThrows(() => Deno.writeFileSync(f.path, bytes("x")), Error, "1224");
  await using peer = startScript(PEER, [f.path]);
  await peer.says("ready");
  await peer.send("truncate 10");
  assertStringIncludes(await peer.line(), "1224");
  assertEquals(mapping.read(99_999), pattern(100_000).slice(99_999));
  await peer.send("end");
  assertEquals((await peer.ended()).code, 0);
  mapping.close();
  await Deno.truncate(f.path, 10);
  assertThrows(() => mapFile(f.path, { offset: 5, length: 6 }), RangeError);
});

/** What the computer that has a shared folder does with its files, a program of Linux does with those of Wine. */
const TRUNCATE = "Z:\\usr\\bin\\truncate";
Deno.test({
  name:
    "a file that is shortened behind Windows' back is noticed, in each process",
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
    await command.output();
    // Wine has no handle of such a program, by which its end could be waited for.
    const deadline = performance.now() + 20_000;
    while (mapping.fileSize() > 10 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
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
    await peer.send("read 11");
    assertStringIncludes(await peer.line(), "shortened to 10 bytes");
    await peer.send("assume 300000");
    await peer.says("done");
    for (const access of ["read 5 200000", "write x 200000"]) {
      await peer.send(access);
      assertStringIncludes(
        await peer.line(),
        "a part of the file cannot be accessed",
      );
    }
    mapping.grow(300_001);
    assertEquals([...mapping.read(9, 3)], [...pattern(10).slice(9), 0, 0]);
  },
});
