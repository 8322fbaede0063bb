import { assertEquals, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { filePath } from "../../lib/io/memory/file_path.ts";

Deno.test("filePath() gives what node:url does", () => {
  const urls = [
    "file:///C:/a.txt",
    "file:///c:/with%20space/%C3%A9%F0%9F%98%80.txt",
    "file:///D:/",
    "file://server/share/a%25b.txt",
  ];
  for (const text of urls) {
    const url = new URL(text);
    assertEquals(filePath(url), fileURLToPath(url));
  }
});

Deno.test("filePath() refuses what names no file", () => {
  for (
    const text of ["https://a/b", "file:///nothing", "file:///C:/a%5C..%2Fb"]
  ) {
    assertThrows(() => filePath(new URL(text)), TypeError, text);
  }
});
