import { assertEquals } from "@std/assert";
import { decodeFiles, encodeFiles } from "../../lib/clipboard/files.ts";
import { decodeHtml, encodeHtml } from "../../lib/clipboard/html.ts";
import { bytes, text } from "../support/names.ts";
import "../support/native.ts";

const FRAGMENT = "<b>ünï 中文 😀</b>";

Deno.test("encodeHtml() counts bytes", () => {
  const encoded = encodeHtml(FRAGMENT);
  const head = text(encoded);
  const at = (name: string) =>
    Number(new RegExp(`^${name}:(\\d{10})\r$`, "m").exec(head)![1]);
  const part = (from: string, to: string) =>
    text(encoded.subarray(at(from), at(to)));
  assertEquals(part("StartFragment", "EndFragment"), FRAGMENT);
  const html = part("StartHTML", "EndHTML");
  assertEquals(html.startsWith("<html>"), true);
  assertEquals(html.endsWith("</html>"), true);
  assertEquals(encoded.at(-1), 0);
  assertEquals(decodeHtml(encoded), FRAGMENT);
});

Deno.test("decodeHtml() takes the marks where the header is wrong", () => {
  const body = `<p><!--StartFragment-->${FRAGMENT}<!--EndFragment--></p>`;
  const head = "Version:0.9\r\nStartFragment:9\r\nEndFragment:99999\r\n";
  assertEquals(decodeHtml(bytes(head + body)), FRAGMENT);
  assertEquals(decodeHtml(bytes(`Version:1.0\r\n${FRAGMENT}`)), FRAGMENT);
});

Deno.test("decodeHtml() takes a header of very many lines", () => {
  const html = `${"a:\n".repeat(1_600_000)}${FRAGMENT}`;
  assertEquals(decodeHtml(bytes(html)), FRAGMENT);
});

Deno.test("decodeHtml() takes the marks where the offsets disagree", () => {
  // As a program writes it that counts characters: 11 are 16 bytes.
  const fragment = "éééé 中 <b>x";
  const head = (start: number, end: number) =>
    `Version:0.9\r\nStartHTML:-1\r\nStartFragment:${
      String(start).padStart(10, "0")
    }\r\nEndFragment:${String(end).padStart(10, "0")}\r\n`;
  const before = "<html>é<!--StartFragment-->";
  const start = head(0, 0).length + before.length;
  const html = head(start, start + fragment.length) +
    `${before}${fragment}<!--EndFragment--></html>`;
  assertEquals(decodeHtml(bytes(html)), fragment);
});

Deno.test("decodeHtml() takes the offsets where they agree with the marks", () => {
  // The fragment holds marks of its own.
  for (
    const fragment of ["a<!--EndFragment-->b", "a<!--StartFragment-->b", ""]
  ) assertEquals(decodeHtml(encodeHtml(fragment)), fragment);
});

Deno.test("decodeHtml() reads the header's keys in any case, and in the header only", () => {
  const head = "version: 0.9\r\nstartfragment: 0058\r\nENDFRAGMENT : 0061\r\n";
  assertEquals(head.length, 55);
  assertEquals(decodeHtml(bytes(`${head}<p>abc</p>`)), "abc");
  const body = "<p>\r\nStartFragment:0\r\nEndFragment:5\r\n</p>";
  assertEquals(decodeHtml(bytes(`Version:1.0\r\n${body}`)), body);
  assertEquals(decodeHtml(bytes(body)), body);
});

Deno.test("encodeFiles() and decodeFiles() keep names", () => {
  const files = ["C:\\ünï 中文 😀.txt", "\\\\server\\share\\x"];
  assertEquals(decodeFiles(encodeFiles(files)), files);
  assertEquals(encodeFiles(files)[0], 20);
});

Deno.test("decodeFiles() reads names in the system's code page", () => {
  const list = new Uint8Array([
    ...[20, 0, 0, 0],
    ...new Array(16).fill(0),
    ...bytes("C:\\a.txt\0D:\\b\0\0"),
  ]);
  assertEquals(decodeFiles(list), ["C:\\a.txt", "D:\\b"]);
  assertEquals(decodeFiles(new Uint8Array(3)), []);
});
