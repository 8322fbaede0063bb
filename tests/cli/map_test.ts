import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { jsonLines, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";

const TEXT = "ünï 中文 😀";

/** A file with a content, gone with the block that has it. */
async function tempFile(content: string | Uint8Array) {
  const path = await Deno.makeTempFile({ prefix: "winipc-map-test-" });
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  await Deno.writeFile(path, bytes);
  return {
    path,
    text: () => Deno.readTextFile(path),
    [Symbol.asyncDispose]: () => Deno.remove(path),
  };
}

/** What `map cat ARG…` prints. */
async function cat(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(["map", "cat", ...args]);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("map cat prints a file as lines of text", async () => {
  await using open = await tempFile(TEXT);
  assertEquals(await cat(open.path), `${TEXT}\n`);
  await using ended = await tempFile("one\ntwo\n");
  assertEquals(await cat(ended.path), "one\ntwo\n");
});

Deno.test("map cat prints a part", async () => {
  await using file = await tempFile("Hello, mapping");
  const { path } = file;
  assertEquals(await cat(path, "--offset", "7"), "mapping\n");
  assertEquals(await cat(path, "--offset", "7", "--length", "3"), "map\n");
  assertEquals(await cat(path, "--length", "2", "--hex"), "4865\n");
  assertEquals(await cat(path, "--length", "2", "--raw"), "He");
  assertEquals(await file.text(), "Hello, mapping");
});

Deno.test("map cat reaches beyond 4 GiB", async () => {
  await using file = await tempFile("");
  const size = 2 ** 32 + 7;
  await Deno.truncate(file.path, size);
  const at = ["--offset", `${size - 3}`];
  const { code } = await runHere(["map", "edit", file.path, "end", ...at]);
  assertEquals(code, 0);
  assertEquals(await cat(file.path, ...at), "end\n");
  assertEquals((await Deno.stat(file.path)).size, size);
});

Deno.test("map cat keeps characters whole over its pieces", async () => {
  await using file = await tempFile(`x${"中".repeat(400_000)}`);
  assertEquals(await cat(file.path), `x${"中".repeat(400_000)}\n`);
  const lines = jsonLines(await cat(file.path, "--json"));
  assertEquals(lines.map(({ offset }) => offset), [0, 2 ** 20]);
  assertEquals(
    lines.map(({ text }) => text).join(""),
    `x${"中".repeat(400_000)}`,
  );
});

Deno.test("map cat --raw adds and loses nothing", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  await using file = await tempFile(bytes);
  const { bytes: got } = await winipc(["map", "cat", file.path, "--raw"]);
  assertEquals(got, bytes);
});

Deno.test("map cat and edit take --encoding", async () => {
  const wide = ["--encoding", "utf-16le"];
  await using file = await tempFile(Uint8Array.fromHex("61002d4e"));
  assertEquals(await cat(file.path, ...wide), "a中\n");
  const edit = ["map", "edit", file.path, "文", "--offset", "2", ...wide];
  assertEquals((await runHere(edit)).code, 0);
  assertEquals(await cat(file.path, "--hex"), "61008765\n");
});

Deno.test("map edit changes a file in place", async () => {
  await using file = await tempFile("Hello, mapping");
  const edit = ["map", "edit", file.path];
  const { code, stdout } = await winipc([...edit, "w", "--offset", "1"]);
  assertEquals([code, stdout], [0, ""]);
  assertEquals(await file.text(), "Hwllo, mapping");
  const hex = [...edit, "21 3f", "--hex", "--offset=12"];
  assertEquals((await runHere(hex)).code, 0);
  assertEquals(await file.text(), "Hwllo, mappi!?");
  assertEquals((await runHere([...edit, "", "--offset", "14"])).code, 0);
  assertEquals(await file.text(), "Hwllo, mappi!?");
});

Deno.test("map edit refuses a text that passes the end", async () => {
  await using file = await tempFile("Hello, mapping");
  for (const [offset, part] of [["12", "3 bytes at offset 12"], ["15", "15"]]) {
    const edit = ["map", "edit", file.path, "xyz", "--offset", offset!];
    const { code, stderr } = await runHere(edit);
    assertEquals(code, 2);
    assertStringIncludes(stderr, part!);
    assertStringIncludes(stderr, "has 14 bytes");
  }
  assertEquals(await file.text(), "Hello, mapping");
  const past = ["map", "cat", file.path, "--offset", "7", "--length", "8"];
  assertEquals((await runHere(past)).code, 2);
});

Deno.test("map --json reports what was read and written", async () => {
  await using file = await tempFile("Shine");
  const edit = ["map", "edit", file.path, "w", "--offset", "1", "--json"];
  const [written] = jsonLines((await runHere(edit)).stdout);
  assertObjectMatch(written, {
    event: "written",
    text: "w",
    bytes: 1,
    file: file.path,
    offset: 1,
  });
  const [message, ...rest] = jsonLines(await cat(file.path, "--json"));
  assertObjectMatch(message, {
    event: "message",
    text: "Swine",
    bytes: 5,
    file: file.path,
    offset: 0,
  });
  assertMatch(message.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assertEquals(rest, []);
  const [hex] = jsonLines(await cat(file.path, "--json", "--hex"));
  assertEquals([hex.hex, hex.text], ["5377696e65", undefined]);
});

Deno.test("map reports a file that is missing, empty or a folder", async () => {
  await using empty = await tempFile("");
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [file, code, part] of [
        [`${folder}\\missing`, 3, "there is no such file"],
        [empty.path, 1, "it is empty"],
        [folder, 1, "it is a directory"],
      ] as const
    ) {
      for (const args of [["cat", file], ["edit", file, "x", "--offset=0"]]) {
        const ended = await runHere(["map", ...args]);
        assertEquals([ended.code, ended.stdout], [code, ""]);
        assertStringIncludes(ended.stderr, part);
      }
    }
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("map works with the flag that its refusal names", async () => {
  await using file = await tempFile("Shine");
  const edit = ["map", "edit", file.path, "w", "--offset", "1"];
  const { code, stderr } = await winipc(edit, { flags: ["--allow-read"] });
  assertEquals(code, 4);
  const [flag] = /--allow-ffi=[^ )]+/.exec(stderr)!;
  const flags = ["--allow-read", flag];
  assertEquals((await winipc(edit, { flags })).code, 0);
  const { stdout } = await winipc(["map", "cat", file.path], { flags });
  assertEquals(stdout, "Swine\n");
});
