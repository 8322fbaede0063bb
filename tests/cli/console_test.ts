/** What the command line and relays read from a console and write to it. */

import { assertEquals } from "@std/assert";
import { processEnvironment } from "../../lib/cli/environment.ts";
import { stdoutConverter, typedChunks } from "../../lib/console.ts";
import { bytes, text } from "../support/names.ts";

/** "你好" as Chinese Windows writes it, which is no UTF-8. */
const GBK = [0xc4, 0xe3, 0xba, 0xc3, 10];

Deno.test("stdoutConverter() leaves bytes for files and pipes unchanged", () => {
  const data = Uint8Array.from(GBK);
  assertEquals(stdoutConverter(false)(data) === data, true);
});

Deno.test("stdoutConverter() makes UTF-8 for a console, also of characters in two pieces", () => {
  const convert = stdoutConverter(true);
  const pieces = [GBK, [0xef, 0xbb, 0xbf, 0xe4, 0xb8], [0xad, 10]];
  const all = pieces.map((piece) => convert(Uint8Array.from(piece)).toHex());
  assertEquals(all, [`${"efbfbd".repeat(3)}0a`, "efbbbf", "e4b8ad0a"]);
});

Deno.test("typedChunks() ends with a line that begins with Ctrl-Z", async () => {
  const lines = ["one\r\n", "a\x1ab\r\n", "\x1a\r\n", "more\r\n"];
  let end = "none";
  async function* reads() {
    try {
      for (const line of lines) yield await Promise.resolve(bytes(line));
    } finally {
      end = "reads have ended";
    }
  }
  const typed = await Array.fromAsync(typedChunks(reads()), text);
  assertEquals([...typed, end], [...lines.slice(0, 2), "reads have ended"]);
});

Deno.test("a long text on stderr is written whole, though a console takes a part at a time", () => {
  const { writeSync } = Deno.stderr;
  let written = "";
  Deno.stderr.writeSync = (bytes) => {
    const part = bytes.subarray(0, 4096);
    written += text(part);
    return part.byteLength;
  };
  try {
    const { signal } = new AbortController();
    processEnvironment(signal).log("x".repeat(10_000));
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  assertEquals(written, `${"x".repeat(10_000)}\n`);
});
