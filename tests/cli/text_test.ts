import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ByteText, fromHex, untilNul } from "../../lib/cli/text/bytes.ts";
import type { GlobalOptions } from "../../lib/cli/arguments/global_options.ts";
import { linesOf, LineSplitter } from "../../lib/cli/text/lines.ts";
import { oneLine } from "../../lib/cli/text/one_line.ts";
import { inputLines, wholeInput } from "../../lib/cli/text/stdin.ts";
import { textCodec } from "../../lib/cli/text/text_codec.ts";

const COMMON: GlobalOptions = {
  format: "text",
  encoding: "utf-8",
  json: false,
  count: Infinity,
  timeout: undefined,
  quiet: false,
};

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (line: Uint8Array) => new TextDecoder().decode(line);

Deno.test("textCodec() writes what it reads, in every encoding", () => {
  const samples = {
    "utf-8": "ünï 中文 😀",
    "utf-16le": "ünï 中文 😀",
    "utf-16be": "ünï 中文 😀",
    "gbk": "ab\n中文€，。",
    "gb18030": "ünï 中文 😀€\u{10ffff}",
    "big5": "中文",
    "shift_jis": "日本語ｱ",
    "euc-jp": "日本語丂",
    "euc-kr": "한국어",
    "windows-1252": "ünï€",
    "windows-1251": "привет",
  };
  for (const [encoding, sample] of Object.entries(samples)) {
    const codec = textCodec(encoding);
    assertEquals(codec.decode(codec.encode(sample)), sample, encoding);
  }
});

Deno.test("oneLine() joins lines, and takes no time for blanks", () => {
  assertEquals(oneLine("one \r\n\n  two  three\n"), "one two  three");
  const since = performance.now();
  const long = `one${" ".repeat(300_000)}two`;
  assertEquals(oneLine(long), long);
  assert(performance.now() - since < 5000);
});

Deno.test("textCodec() writes gbk as Windows does", () => {
  assertEquals(textCodec("gbk").encode("a中文€").toHex(), "61d6d0cec480");
  assertEquals(textCodec("gb18030").encode("€😀").toHex(), "a2e39439fc36");
});

Deno.test("textCodec() refuses what an encoding lacks", () => {
  const expectedMessage = "Cannot write";
  assertThrows(() => textCodec("gbk").encode("😀"), TypeError, expectedMessage);
  assertThrows(
    () => textCodec("iso-2022-jp").encode("a"),
    TypeError,
    expectedMessage,
  );
  assertThrows(() => textCodec("nonsense"), RangeError);
});

Deno.test("textCodec() keeps a byte order mark", () => {
  assertEquals(textCodec("utf-8").decode(bytes("\ufeffa")), "\ufeffa");
});

Deno.test("LineSplitter finds lines across chunks", () => {
  const splitter = new LineSplitter();
  assertEquals(splitter.push(bytes("a\r\nb")).map(text), ["a"]);
  assertEquals(splitter.push(bytes("c\n\n")).map(text), ["bc", ""]);
  assertEquals(splitter.push(bytes("d\r")).map(text), []);
  assertEquals(splitter.push(bytes("\ne")).map(text), ["d"]);
  assertEquals(splitter.end().map(text), ["e"]);
  assertEquals(splitter.end(), []);
});

Deno.test("LineSplitter finds UTF-16 lines in any chunks", () => {
  for (const encoding of ["utf-16le", "utf-16be"] as const) {
    const { encode, decode } = textCodec(encoding);
    const splitter = new LineSplitter(encoding);
    // U+0A0A has the byte of a line end twice.
    const lines = [...encode("a\u0a0a\r\n中\nz")].flatMap((byte) =>
      splitter.push(Uint8Array.of(byte)).map(decode)
    );
    lines.push(...splitter.end().map(decode));
    assertEquals(lines, ["a\u0a0a", "中", "z"], encoding);
  }
});

const TEXT_LINES = "one\r\nünï 中文 😀\n\ufeffthree";

async function linesIn(
  input: Uint8Array,
  size: number,
  cut = inputLines,
): Promise<string[]> {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < input.byteLength; at += size) {
    chunks.push(input.slice(at, at + size));
  }
  return await Array.fromAsync(cut(ReadableStream.from(chunks)), text0);
}

Deno.test("inputLines() reads UTF-8, and UTF-16 with a mark, in any chunks", async () => {
  const inputs = [
    bytes(TEXT_LINES),
    bytes(`\ufeff${TEXT_LINES}`),
    textCodec("utf-16le").encode(`\ufeff${TEXT_LINES}`),
    textCodec("utf-16be").encode(`\ufeff${TEXT_LINES}`),
  ];
  const lines = ["one", "ünï 中文 😀", "\ufeffthree"];
  for (const input of inputs) {
    for (const size of [1, 2, 3, 5, 1000]) {
      assertEquals(await linesIn(input, size), lines);
    }
  }
  for (const input of [bytes(""), bytes("\ufeff"), Uint8Array.of(255, 254)]) {
    assertEquals(await linesIn(input, 1), []);
  }
});

Deno.test("inputLines() does not wait for more than a mark", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const lines = inputLines(readable)[Symbol.asyncIterator]();
  const writer = writable.getWriter();
  for (const line of ["a\n", "\n"]) {
    writer.write(bytes(line));
    assertEquals(text((await lines.next()).value), line.trim());
  }
});

Deno.test("linesOf() leaves bytes as they are", async () => {
  assertEquals(await linesIn(bytes("\ufeffa\n"), 9, linesOf), ["\ufeffa"]);
});

Deno.test("what is no text on stdin is refused", async () => {
  const utf16 = textCodec("utf-16le").encode("\ufeffa\ud800\n");
  for (const input of [utf16, Uint8Array.of(255, 254, 65)]) {
    await assertRejects(
      () => linesIn(input, 9),
      Error,
      "the byte order mark of utf-16le",
    );
  }
  for (const encoding of ["utf-8", "utf-16le", "gbk"]) {
    const line = () =>
      new ByteText({ ...COMMON, encoding }).ofLine(fromHex("d6d0cec4"));
    assertThrows(line, TypeError, "d6d0cec4 are not UTF-8");
  }
});

Deno.test("wholeInput() leaves the last line end out, unless raw", async () => {
  const whole = async (input: string, format: GlobalOptions["format"]) =>
    text0(
      await wholeInput(ReadableStream.from([bytes(input)]), {
        ...COMMON,
        format,
      }),
    );
  assertEquals(await whole("\ufeffa\n\r\n", "text"), "a\n");
  assertEquals(await whole("\ufeffa\n", "raw"), "\ufeffa\n");
  assertEquals(await whole("\ufeff61 0a\n", "hex"), "a\n");
});

Deno.test("ByteText.text() ends before the NULs at the end", () => {
  const text = (input: string, encoding: string) =>
    new ByteText({ ...COMMON, encoding })
      .text(textCodec(encoding).encode(input));
  for (const encoding of ["utf-8", "utf-16le", "gbk"]) {
    assertEquals(text("hi\0", encoding), "hi");
    assertEquals(text("h\0i\0\0", encoding), "h\0i");
    assertEquals(text("\0", encoding), "");
  }
});

Deno.test("fromHex() reads digits with or without spaces", () => {
  assertEquals(fromHex("00 fF:7e"), Uint8Array.of(0, 255, 126));
  assertThrows(() => fromHex("0"), Error, "Invalid hex");
  assertThrows(() => fromHex("xy"), Error, "Invalid hex");
});

Deno.test("untilNul() cuts at the first NUL of the encoding", () => {
  assertEquals(text(untilNul(bytes("ab\0c\0"), "utf-8")), "ab");
  assertEquals(text(untilNul(bytes("ab"), "utf-8")), "ab");
  const wide = textCodec("utf-16le").encode("ab\0c");
  assertEquals(untilNul(wide, "utf-16le").toHex(), "61006200");
});

function text0(line: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(line);
}
