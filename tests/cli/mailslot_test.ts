import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { textCodec } from "../../lib/cli/text/text_codec.ts";
import { jsonLines, start, uniqueName, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";
import { namedUnless } from "../support/ignored.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";

const TEXT = "ünï 中文 😀";

// Readers run in the shell's process, and their writers in this one.
withShell();

Deno.test("mailslot read prints a line a message, up to Exit", async () => {
  const name = uniqueName();
  await using reader = start(["mailslot", "read", name]);
  assertEquals(await reader.ready(), `\\\\.\\mailslot\\${name}`);
  const args = ["hello", "", TEXT, "Exit", "late"];
  const written = await winipc(["mailslot", "write", name, ...args]);
  const { code, stdout, stderr } = await reader.ended();
  assertEquals([code, stdout], [0, `hello\n\n${TEXT}\n`]);
  assertEquals(stderr, `ready: \\\\.\\mailslot\\${name}\n`);
  // The reader may have closed before the last message.
  assertEquals(written.stdout, "");
});

Deno.test("mailslot write sends lines as they come, and no Exit", async () => {
  const name = uniqueName();
  await using reader = start(["mailslot", "read", name]);
  await reader.ready();
  await using writer = start(["mailslot", "write", name]);
  await writer.type("one\r\ntwo\n");
  await reader.prints("one\ntwo\n");
  await writer.type("three");
  await writer.endInput();
  assertEquals((await writer.ended()).code, 0);
  await reader.prints("three\n");
  await runHere(["mailslot", "write", name, "Exit"]);
  assertEquals((await reader.ended()).stdout, "one\ntwo\nthree\n");
});

Deno.test("mailslot write waits for the mailslot", async () => {
  const name = uniqueName();
  await using writer = await begin([
    "mailslot",
    "write",
    name,
    "early",
    "Exit",
  ]);
  await using reader = await begin(["mailslot", "read", name]);
  const [{ code, stdout }, written] = await Promise.all([
    reader.ended(),
    writer.ended(),
  ]);
  assertEquals([code, stdout, written.code], [0, "early\n", 0]);
});

Deno.test("mailslot read --count, --until and a whole name", async () => {
  const name = `\\\\.\\mailslot\\${uniqueName()}`;
  await using one = await begin(["mailslot", "read", name, "--count", "1"]);
  await one.ready();
  await runHere(["mailslot", "write", name, "first"]);
  assertEquals((await one.ended()).stdout, "first\n");

  await using stop = await begin(["mailslot", "read", name, "--until", "stop"]);
  await stop.ready();
  await runHere(["mailslot", "write", name, "Exit", "stop"]);
  assertEquals((await stop.ended()).stdout, "Exit\n");
});

Deno.test('mailslot read --until "" goes on', async () => {
  const name = uniqueName();
  await using reader = await begin(
    ["mailslot", "read", name, "--until", "", "--count", "3"],
  );
  await reader.ready();
  await runHere(["mailslot", "write", name, "", "Exit", "more"]);
  assertEquals((await reader.ended()).stdout, "\nExit\nmore\n");
});

Deno.test("mailslot --json reports each message", async () => {
  const name = uniqueName();
  await using reader = await begin(["mailslot", "read", name, "--json"]);
  await reader.ready();
  const written = await runHere(
    ["mailslot", "write", name, "é", "Exit", "--json"],
  );
  const { stdout } = await reader.ended();
  const [message, ...rest] = jsonLines(stdout);
  assertObjectMatch(message, { event: "message", text: "é", bytes: 2 });
  assertMatch(message.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assertEquals(rest, []);
  assertObjectMatch(jsonLines(written.stdout), [
    { event: "sent", text: "é", bytes: 2 },
    { event: "sent", text: "Exit", bytes: 4 },
  ] as never);
});

Deno.test("mailslot --hex gives and prints hex", async () => {
  const name = uniqueName();
  await using reader = await begin(
    ["mailslot", "read", name, "--hex", "--count", "2"],
  );
  await reader.ready();
  await runHere(["mailslot", "write", name, "--hex", "00ff", "0a 0d"]);
  assertEquals((await reader.ended()).stdout, "00ff\n0a0d\n");
});

Deno.test("mailslot --raw carries any bytes and adds nothing", async () => {
  const name = uniqueName();
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
    .filter((byte) => byte !== 10 && byte !== 13);
  await using reader = await begin(
    ["mailslot", "read", name, "--raw", "--count", "1"],
  );
  await reader.ready();
  await runHere(["mailslot", "write", name, "--raw"], { input: bytes });
  assertEquals((await reader.ended()).bytes, bytes);
});

Deno.test("mailslot --encoding says what is on the wire", async () => {
  for (
    const [encoding, hex] of [["gbk", "d6d0cec4"], ["utf-16le", "2d4e8765"]]
  ) {
    const name = uniqueName();
    const read = ["mailslot", "read", name, "--count", "1"];
    await using wire = await begin([...read, "--hex"]);
    await wire.ready();
    const write = ["mailslot", "write", name, "--encoding", encoding!];
    await runHere([...write, "中文"]);
    assertEquals((await wire.ended()).stdout, `${hex}\n`);

    await using reader = await begin([...read, "--encoding", encoding!]);
    await reader.ready();
    await runHere(write, { input: "中文\n" });
    assertEquals((await reader.ended()).stdout, "中文\n");
  }
});

Deno.test("mailslot read ends text at the NUL that programs in C send", async () => {
  const hex = (text: string) => new TextEncoder().encode(text).toHex();
  for (
    const [options, printed] of [
      [[], "hi\na\0b\n"],
      [["--hex"], "686900\n61006200\n"],
      [["--raw"], "hi\0a\0b\0"],
    ] as const
  ) {
    const name = uniqueName();
    await using reader = await begin(["mailslot", "read", name, ...options]);
    await reader.ready();
    const messages = ["hi\0", "a\0b\0", "Exit\0"].map(hex);
    await runHere(["mailslot", "write", name, "--hex", ...messages]);
    const { code, stdout } = await reader.ended();
    assertEquals([code, stdout], [0, printed]);
  }
  const name = uniqueName();
  await using reader = await begin(["mailslot", "read", name, "--json"]);
  await reader.ready();
  await runHere(["mailslot", "write", name, "--hex", hex("hi\0"), hex("Exit")]);
  const [message] = jsonLines((await reader.ended()).stdout);
  assertObjectMatch(message, { text: "hi", bytes: 3 });
});

Deno.test("mailslot write refuses bytes that are no text, read says so", async () => {
  const name = uniqueName();
  await using reader = await begin(["mailslot", "read", name]);
  await reader.ready();
  const input = Uint8Array.of(0x61, 10, 0xff, 10);
  for (const encoding of ["utf-8", "utf-16le"]) {
    const args = ["mailslot", "write", name, "--encoding", encoding];
    const { code, stderr } = await runHere(args, { input });
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^winipc: Cannot read stdin: the bytes ff are not UTF-8/,
    );
  }
  await runHere(["mailslot", "write", name, "--hex", "ff", "ff", "45786974"]);
  const { stdout, stderr } = await reader.ended();
  assertEquals(stdout, "a\na\n\ufffd\n\ufffd\n");
  assertEquals(stderr.split("Some bytes are not utf-8").length, 2);
});

Deno.test("mailslot write reads UTF-16 with a mark", async () => {
  const name = uniqueName();
  await using reader = await begin(["mailslot", "read", name]);
  await reader.ready();
  const input = textCodec("utf-16le").encode(`\ufeff${TEXT}\r\nExit\r\n`);
  await runHere(["mailslot", "write", name], { input });
  assertEquals((await reader.ended()).stdout, `${TEXT}\n`);
});

Deno.test("mailslot read ends after --timeout", async () => {
  const args = ["mailslot", "read", uniqueName(), "--timeout", "50"];
  const { code, stderr } = await runHere(args);
  assertEquals(code, 5);
  assertStringIncludes(stderr, "winipc: Timed out");
});

Deno.test("mailslot write ends after --timeout, or at once", async () => {
  const name = uniqueName();
  const args = ["mailslot", "write", name, "x", "--timeout"];
  const late = await runHere([...args, "50"]);
  assertEquals(late.code, 5);
  assertEquals(
    late.stderr,
    `winipc: Cannot open "\\\\.\\mailslot\\${name}": nobody created it within 50 ms\n`,
  );
  const { code, stderr } = await runHere([...args, "0"]);
  assertEquals(code, 3);
  assertMatch(stderr, /^winipc: Cannot open .*no such mailslot.*\n$/);
});

Deno.test("mailslot read refuses a taken name", async () => {
  const name = uniqueName();
  await using reader = await begin(["mailslot", "read", name]);
  await reader.ready();
  const { code, stderr } = await runHere(["mailslot", "read", name]);
  assertEquals(code, 1);
  assertMatch(stderr, /^winipc: Cannot create .*the name is taken.*\n$/);
});

Deno.test("mailslot read takes over the name of a reader that died", async () => {
  const name = uniqueName();
  await using dead = start(["mailslot", "read", name]);
  await dead.ready();
  dead.kill();
  await dead.ended();
  await using reader = start(["mailslot", "read", name]);
  await reader.ready();
  await runHere(["mailslot", "write", name, "hello", "Exit"]);
  assertEquals((await reader.ended()).stdout, "hello\n");
});

Deno.test({
  ...namedUnless(
    Deno.env.has("WINEPREFIX") && !WINDOWS_RULES,
    "Wine keeps the mailslot while a sender is open",
    "mailslot write reports that its reader has died",
  ),
  async fn() {
    const name = uniqueName();
    await using reader = start(["mailslot", "read", name]);
    await reader.ready();
    await using writer = start(["mailslot", "write", name]);
    await writer.type("one\n");
    await reader.prints("one\n");
    reader.kill();
    await reader.ended();
    await writer.type("two\n");
    await writer.endInput();
    const { code, stderr } = await writer.ended();
    assertEquals(code, 1);
    assertStringIncludes(stderr, "the reader has closed");
  },
});

Deno.test("mailslot read --max-size is the mailslot's own limit", async () => {
  const name = uniqueName();
  const sized = ["mailslot", "read", name, "--max-size", "2", "--count", "1"];
  await using reader = await begin(sized);
  await reader.ready();
  await runHere(["mailslot", "write", name, "ab"]);
  assertEquals((await reader.ended()).stdout, "ab\n");
});
