/** Messages in streams of bytes. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  encodeFrame,
  FrameDecoder,
  FrameDecoderStream,
  FrameEncoderStream,
  type Framing,
  JsonDecoderStream,
  JsonEncoderStream,
} from "../../mod.ts";
import { bytes, pattern, text } from "../support/names.ts";

const { InvalidData, UnexpectedEof } = Deno.errors;
const FRAMINGS: Framing[] = [
  "line",
  "content-length",
  "u8",
  "u16be",
  "u16le",
  "u32be",
  "u32le",
  "u64be",
  "u64le",
];

/** The messages of `data`, in chunks of `size`. */
function decoded(
  framing: Framing,
  data: Uint8Array,
  size: number,
  maxSize?: number,
): Uint8Array[] {
  const decoder = new FrameDecoder(framing, { maxSize });
  const messages: Uint8Array[] = [];
  const taken = (message: Uint8Array | undefined) =>
    message !== undefined && messages.push(message) > 0;
  for (let at = 0; at < data.byteLength; at += size) {
    decoder.push(data.subarray(at, at + size));
    while (taken(decoder.take()));
  }
  taken(decoder.end());
  return messages;
}

function joined(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function source(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks);
}

for (const framing of FRAMINGS) {
  Deno.test(`FrameDecoder finds what encodeFrame() gives in chunks of any size: ${framing}`, () => {
    const messages = [bytes("a"), bytes(""), bytes("ä 中 😀"), pattern(255)]
      .map((message) => message.map((byte) => byte === 10 ? 11 : byte));
    const data = joined(messages.map((each) => encodeFrame(each, framing)));
    for (const size of [1, 3, 64, data.byteLength]) {
      assertEquals(decoded(framing, data, size), messages);
    }
  });

  Deno.test(`FrameDecoder says when the stream ends within a message: ${framing}`, () => {
    const frame = encodeFrame(bytes("hello"), framing);
    for (let size = 1; size < frame.byteLength; size++) {
      const end = () => decoded(framing, frame.subarray(0, size), 2);
      if (framing === "line") {
        assertEquals(text(end()[0]!), "hello".slice(0, size));
      } else {
        const read = size === 1 ? "1 byte" : `${size} bytes`;
        assertThrows(end, UnexpectedEof, `${read} after its beginning`);
      }
    }
  });

  Deno.test(`FrameDecoder takes the limit and no more: ${framing}`, () => {
    const frame = encodeFrame(bytes("hello"), framing);
    assertEquals(decoded(framing, frame, 99, 5).map(text), ["hello"]);
    assertThrows(
      () => decoded(framing, frame, 99, 4),
      InvalidData,
      "the limit is 4; are both sides framed alike?",
    );
  });
}

for (
  const [framing, head] of [
    ["u8", [3]],
    ["u16be", [0, 3]],
    ["u16le", [3, 0]],
    ["u32be", [0, 0, 0, 3]],
    ["u32le", [3, 0, 0, 0]],
    ["u64be", [0, 0, 0, 0, 0, 0, 0, 3]],
    ["u64le", [3, 0, 0, 0, 0, 0, 0, 0]],
  ] as const
) {
  Deno.test(`encodeFrame() puts the length in the order of its name: ${framing}`, () => {
    const frame = encodeFrame(bytes("abc"), framing);
    assertEquals([...frame], [...head, ...bytes("abc")]);
  });
}

Deno.test("encodeFrame() refuses a message that its frame cannot hold", () => {
  assertThrows(
    () => encodeFrame(bytes("a\nb"), "line"),
    InvalidData,
    "it contains a line end; use a length before it",
  );
  assertThrows(
    () => encodeFrame(new Uint8Array(256), "u8"),
    InvalidData,
    'its length must be 255 or less; use a longer one, such as "u32be"',
  );
  assertThrows(
    () => encodeFrame(new Uint8Array(65_536), "u16le"),
    InvalidData,
    "65535 or less",
  );
  assertThrows(
    () => encodeFrame(bytes("a"), "u24" as Framing),
    TypeError,
    'Invalid framing u24: give "line", "content-length", "u8"',
  );
});

Deno.test("FrameDecoder gives the messages before a bad one, then its error each time", () => {
  const decoder = new FrameDecoder("u64le", { maxSize: 9 });
  const bad = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255);
  decoder.push(joined([encodeFrame(bytes("good"), "u64le"), bad]));
  assertEquals(text(decoder.take()!), "good");
  for (let i = 0; i < 2; i++) {
    assertThrows(
      () => decoder.take(),
      InvalidData,
      "18374686479671623680 bytes: the limit is 9",
    );
  }
});

Deno.test("FrameDecoder drops the carriage return of a line", () => {
  const lines = decoded("line", bytes("one\r\n\n\rtwo\nlast\r"), 4);
  assertEquals(lines.map(text), ["one", "", "\rtwo", "last"]);
});

Deno.test("FrameDecoder does not count the carriage return of a line", () => {
  for (const size of [1, 9]) {
    const lines = decoded("line", bytes("one\r\ntwo\r\n"), size, 3);
    assertEquals(lines.map(text), ["one", "two"]);
  }
  assertThrows(() => decoded("line", bytes("four\r"), 9, 3), InvalidData);
});

Deno.test("FrameDecoder goes on with nothing after an error", () => {
  for (const framing of ["content-length", "line", "u8"] as const) {
    const decoder = new FrameDecoder(framing, { maxSize: 9 });
    decoder.push(bytes("Content-Length: 10\r\n\r\n"));
    assertThrows(() => decoder.take(), InvalidData);
    assertThrows(() => decoder.take(), InvalidData);
    decoder.push(bytes("\nContent-Length: 1\r\n\r\nx\r\n\r\n"));
    assertThrows(() => decoder.take(), InvalidData);
  }
});

Deno.test("FrameDecoder reads headers as HTTP has them", () => {
  const data = bytes(
    "content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2 \r\n\r\n{}",
  );
  for (const size of [1, 7, 999]) {
    assertEquals(decoded("content-length", data, size).map(text), ["{}"]);
  }
});

for (
  const [headers, message] of [
    ["Content-Type: x", "have no Content-Length"],
    ["Content-Length: -1", "its Content-Length is -1"],
    ["Content-Length: 0x5", "its Content-Length is 0x5"],
    ["Content-Length: 1\r\nContent-Length: 2", "send one, in decimal digits"],
    ["Content-Length: 5,5", "its Content-Length is 5,5"],
    ["GET / HTTP/1.1", "GET / HTTP/1.1 is not a header"],
    ["", " is not a header"],
    [`X: ${"y".repeat(9000)}`, "headers of more than 8192 bytes"],
    ["Content-Length: 99999999999999999999", "the limit is 67108864"],
  ] as const
) {
  Deno.test(`FrameDecoder refuses headers that it cannot be sure of: ${headers.slice(0, 40)}`, () => {
    for (const size of [1, 99_999]) {
      assertThrows(
        () => decoded("content-length", bytes(`${headers}\r\n\r\nhello`), size),
        InvalidData,
        message,
      );
    }
  });
}

Deno.test("FrameDecoder refuses a header of many blanks at once", () => {
  const data = bytes(`X:${" ".repeat(5000)}\nx\r\n\r\n`);
  const since = performance.now();
  assertThrows(
    () => decoded("content-length", data, data.byteLength),
    InvalidData,
    "is not a header",
  );
  assert(performance.now() - since < 5000);
});

Deno.test("FrameDecoder refuses headers without an end as soon as they are too long", () => {
  const decoder = new FrameDecoder("content-length");
  decoder.push(bytes("x".repeat(8192)));
  assertEquals(decoder.take(), undefined);
  decoder.push(bytes("x"));
  assertThrows(() => decoder.take(), InvalidData, "no empty line ends them");
});

Deno.test("FrameEncoderStream and FrameDecoderStream carry messages", async () => {
  const messages = [bytes("one"), bytes(""), pattern(70_000)];
  const through = source(...messages)
    .pipeThrough(new FrameEncoderStream("u32le"))
    .pipeThrough(new FrameDecoderStream("u32le"));
  assertEquals(await Array.fromAsync(through), messages);
});

Deno.test("FrameDecoderStream fails for a message that is too long, or cut off", async () => {
  const read = (data: Uint8Array, maxSize?: number) =>
    Array.fromAsync(
      source(data).pipeThrough(new FrameDecoderStream("u8", { maxSize })),
    );
  await assertRejects(() => read(Uint8Array.of(2, 1, 1), 1), InvalidData);
  await assertRejects(() => read(Uint8Array.of(2, 1)), UnexpectedEof);
});

for (const framing of ["line", "content-length"] as const) {
  Deno.test(`JsonEncoderStream and JsonDecoderStream carry values: ${framing}`, async () => {
    const values = [{ a: "ü\n中" }, null, [1, 2], "text", 5];
    const through = ReadableStream.from<unknown>(values)
      .pipeThrough(new JsonEncoderStream(framing))
      .pipeThrough(new JsonDecoderStream(framing));
    assertEquals(await Array.fromAsync(through), values);
  });
}

Deno.test("JsonDecoderStream skips empty lines, and refuses what is not JSON in UTF-8", async () => {
  const read = (data: Uint8Array) =>
    Array.fromAsync(source(data).pipeThrough(new JsonDecoderStream()));
  assertEquals(await read(bytes('\n{"a":1}\r\n\r\n2')), [{ a: 1 }, 2]);
  await assertRejects(
    () => read(bytes("{\n")),
    InvalidData,
    "it is not JSON in UTF-8",
  );
  await assertRejects(() => read(Uint8Array.of(34, 255, 34, 10)), InvalidData);
});
