import { assertEquals, assertThrows } from "@std/assert";
import { fromHex, untilNul } from "../../lib/cli/bytes.ts";
import { linesOf, LineSplitter } from "../../lib/cli/lines.ts";
import { textCodec } from "../../lib/cli/text_codec.ts";

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

Deno.test("textCodec() writes gbk as Windows does", () => {
  assertEquals(textCodec("gbk").encode("a中文€").toHex(), "61d6d0cec480");
  assertEquals(textCodec("gb18030").encode("€😀").toHex(), "a2e39439fc36");
});

Deno.test("textCodec() refuses what an encoding lacks", () => {
  const told = "Cannot write";
  assertThrows(() => textCodec("gbk").encode("😀"), TypeError, told);
  assertThrows(() => textCodec("iso-2022-jp").encode("a"), TypeError, told);
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

Deno.test("linesOf() drops a mark at the begin only", async () => {
  const chunks = ReadableStream.from([bytes("\ufeffa\n\ufeff"), bytes("b")]);
  const lines = await Array.fromAsync(linesOf(chunks), text0);
  assertEquals(lines, ["a", "\ufeffb"]);
});

Deno.test("fromHex() reads digits with or without spaces", () => {
  assertEquals(fromHex("00 fF:7e"), Uint8Array.of(0, 255, 126));
  assertThrows(() => fromHex("0"), Error, "is no hex");
  assertThrows(() => fromHex("xy"), Error, "is no hex");
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
