/** Messages over pipes that carry bytes. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  type BaseConnection,
  type ByteConnection,
  FramedConnection,
  readExactly,
} from "../../mod.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { pair } from "../named_pipe/helpers.ts";
import { bytes, pattern, text } from "../support/names.ts";
import "../support/native.ts";
import { wrapped } from "../support/wrapped.ts";

const { BrokenPipe, InvalidData, UnexpectedEof } = Deno.errors;

/** A program's own connection: it knows how to wait, and nothing of messages. */
function ownConnection(connection: BaseConnection): ByteConnection {
  return {
    read: (buffer, options) => connection.read(buffer, options),
    write: (bytes, { signal, timeout } = {}) =>
      connection.write(bytes, { signal, timeout }),
  };
}

Deno.test("readExactly() reads the size, and nothing beyond it", async () => {
  await using ends = await pair();
  await ends.client.write(bytes("hel"));
  const reading = readExactly(ends.server, 5);
  await ends.client.write(bytes("lo, rest"));
  assertEquals(text(await reading), "hello");
  assertEquals(await readExactly(ends.server, 0), new Uint8Array(0));
  ends.client.close();
  await assertRejects(
    () => readExactly(ends.server, 100),
    UnexpectedEof,
    "Cannot read 100 bytes: the stream ended after 6",
  );
});

Deno.test("readExactly() can be cancelled, and checks its size", async () => {
  await using ends = await pair();
  await assertRejects(
    () => readExactly(ends.server, 1, { timeout: 5 }),
    DOMException,
    "5 ms",
  );
  const over = new AbortController();
  const reading = readExactly(ends.server, 1, { signal: over.signal });
  over.abort(new Error("enough"));
  await assertRejects(() => reading, Error, "enough");
  await assertRejects(() => readExactly(ends.server, -1), RangeError);
  await assertRejects(() => readExactly(ends.server, 0.5), TypeError);
});

Deno.test("FramedConnection serves reads in the order of their calls", async () => {
  await using ends = await pair();
  const reader = new FramedConnection(ends.server, "u16le");
  const reading = [reader.readMessage(), reader.readMessage()];
  const writer = new FramedConnection(ends.client, "u16le");
  await writer.writeMessage(pattern(60_000));
  await writer.writeMessage(bytes("second"));
  assertEquals(await Promise.all(reading), [pattern(60_000), bytes("second")]);
  ends.client.close();
  assertEquals(await reader.readMessage(), null);
  assertEquals(await reader.readJson(), undefined);
});

Deno.test("FramedConnection loses nothing when a read is cancelled", async () => {
  await using ends = await pair();
  const frames = new FramedConnection(ends.server, "line");
  await ends.client.write(bytes("half of "));
  await assertRejects(() => frames.readMessage({ timeout: 5 }), DOMException);
  await ends.client.write(bytes("a line\n"));
  assertEquals(text((await frames.readMessage())!), "half of a line");
});

Deno.test("FramedConnection sends no message behind part of one that was cancelled", async () => {
  await using ends = await pair({ inputBuffer: 64 });
  const frames = new FramedConnection(ends.client, "u32be");
  const over = new AbortController();
  const aborted = AbortSignal.abort(new Error("before"));
  await assertRejects(
    () => frames.writeMessage(bytes("never"), { signal: aborted }),
    Error,
    "before",
  );
  const cut = frames.writeMessage(pattern(100_000), { signal: over.signal });
  assertEquals(await ends.server.read(new Uint8Array(4)), 4);
  over.abort(new Error("enough"));
  await assertRejects(() => cut, Error, "enough");
  await assertRejects(
    () => frames.writeMessage(bytes("next")),
    Deno.errors.BrokenPipe,
    "an earlier one was cancelled",
  );
});

for (const size of [10, 20_000]) {
  Deno.test(`FramedConnection sends no message of ${size} bytes that waited behind one that was cancelled`, async () => {
    await using ends = await pair({ inputBuffer: 64 });
    const frames = new FramedConnection(ends.client, "u32be");
    const over = new AbortController();
    const { signal } = over;
    const cut = frames.writeMessage(pattern(100_000), { signal });
    const next = frames.writeMessage(pattern(size), { timeout: 60_000 });
    const refused = assertRejects(
      () => next,
      Deno.errors.BrokenPipe,
      "an earlier message was cancelled or failed",
    );
    assertEquals(await ends.server.read(new Uint8Array(4)), 4);
    over.abort(new Error("enough"));
    await assertRejects(() => cut, Error, "enough");
    await refused;
  });
}

Deno.test("FramedConnection sends no message behind one that was cancelled between two writes", async () => {
  await using ends = await pair({ inputBuffer: 4 * 2 ** 20 });
  const frames = new FramedConnection(ends.client, "u32be");
  const over = new AbortController();
  const { signal } = over;
  // A pipe writes 1 MiB at a time. Here the first has succeeded at once.
  const cut = frames.writeMessage(pattern(2 * 2 ** 20), { signal });
  const next = frames.writeMessage(bytes("next"));
  over.abort(new Error("enough"));
  await assertRejects(() => cut, Error, "enough");
  await assertRejects(
    () => next,
    Deno.errors.BrokenPipe,
    "an earlier message was cancelled or failed",
  );
});

Deno.test("FramedConnection sends no message behind one that failed between two writes", async () => {
  await using ends = await pair({ inputBuffer: 4 * 2 ** 20 });
  const frames = new FramedConnection(ends.client, "u32be");
  let writes = 0;
  using _failing = wrapped({
    WriteFile: (native) => (...args) => {
      if (++writes !== 2) return native(...args);
      restoreLastError(ERROR.ERROR_NO_SYSTEM_RESOURCES);
      return 0;
    },
  });
  const failed = frames.writeMessage(pattern(2 * 2 ** 20));
  const next = frames.writeMessage(bytes("next"));
  await assertRejects(() => failed, Error, "Cannot write");
  await assertRejects(
    () => next,
    Deno.errors.BrokenPipe,
    "an earlier message was cancelled or failed",
  );
});

Deno.test("FramedConnection goes on after a message that was cancelled before its write began", async () => {
  await using ends = await pair({ inputBuffer: 64 });
  const writer = new FramedConnection(ends.client, "u32be");
  const reader = new FramedConnection(ends.server, "u32be");
  const first = writer.writeMessage(pattern(100_000));
  for (const size of [100_000, 10]) {
    const over = new AbortController();
    const waiting = writer.writeMessage(pattern(size), { signal: over.signal });
    queueMicrotask(() => over.abort(new Error("enough")));
    await assertRejects(() => waiting, Error, "enough");
  }
  const last = writer.writeMessage(bytes("last"));
  assertEquals(await reader.readMessage(), pattern(100_000));
  assertEquals(text((await reader.readMessage())!), "last");
  await Promise.all([first, last]);
});

for (const size of [10, 20_000]) {
  Deno.test(`FramedConnection over a program's own connection sends no message of ${size} bytes behind part of another`, async () => {
    await using ends = await pair({ inputBuffer: 64 });
    const frames = new FramedConnection(ownConnection(ends.client), "u32be");
    const over = new AbortController();
    const { signal } = over;
    const cut = frames.writeMessage(pattern(100_000), { signal });
    const next = frames.writeMessage(pattern(size), { timeout: 60_000 });
    const refused = assertRejects(
      () => next,
      BrokenPipe,
      "an earlier one was cancelled or failed",
    );
    assertEquals(await ends.server.read(new Uint8Array(4)), 4);
    over.abort(new Error("enough"));
    await assertRejects(() => cut, Error, "enough");
    await refused;
  });
}

Deno.test("FramedConnection sends nothing behind a message with which a program's own connection has failed", async () => {
  await using ends = await pair();
  const frames = new FramedConnection({
    read: () => Promise.resolve(null),
    async write(bytes) {
      await ends.client.write(bytes.subarray(0, 5));
      throw new Deno.errors.ConnectionReset("gone");
    },
  }, "u32be");
  const failed = frames.writeMessage(bytes("first"));
  const next = frames.writeMessage(bytes("next"));
  const refused = assertRejects(() => next, BrokenPipe, "cancelled or failed");
  await assertRejects(() => failed, Deno.errors.ConnectionReset, "gone");
  await refused;
  ends.client.close();
  assertEquals(
    await readExactly(ends.server, 5),
    Uint8Array.of(0, 0, 0, 5, 102),
  );
  assertEquals(await ends.server.read(new Uint8Array(1)), null);
});

Deno.test("FramedConnection over a program's own connection goes on after a message that was cancelled while it waited", async () => {
  await using ends = await pair({ inputBuffer: 64 });
  const writer = new FramedConnection(ownConnection(ends.client), "u32be");
  const reader = new FramedConnection(ownConnection(ends.server), "u32be");
  const first = writer.writeMessage(pattern(100_000));
  const over = new AbortController();
  const waiting = writer.writeMessage(bytes("no"), { signal: over.signal });
  over.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(
    () => writer.writeMessage(bytes("no"), { timeout: 5 }),
    DOMException,
    "5 ms",
  );
  const last = writer.writeMessage(bytes("last"));
  assertEquals(await reader.readMessage(), pattern(100_000));
  assertEquals(text((await reader.readMessage())!), "last");
  await Promise.all([first, last]);
});

Deno.test("FramedConnection carries JSON, past a line that is not", async () => {
  await using ends = await pair();
  const frames = new FramedConnection(ends.server, "line");
  await ends.client.write(bytes('\r\nno\n{"a":"中"}\n'));
  await assertRejects(() => frames.readJson(), InvalidData, "not JSON");
  assertEquals(await frames.readJson(), { a: "中" });
  await frames.writeJson(["answer"]);
  assertEquals(text(await readExactly(ends.client, 11)), '["answer"]\n');
  await assertRejects(
    () => frames.writeJson(undefined),
    TypeError,
    "Invalid value undefined: expected one that JSON can hold",
  );
});

Deno.test("FramedConnection yields messages until the end, or says that it came within one", async () => {
  await using ends = await pair();
  await ends.client.write(Uint8Array.of(1, 65, 0, 5, 66));
  ends.client.close();
  const messages: string[] = [];
  await assertRejects(async () => {
    const frames = new FramedConnection(ends.server, "u8");
    for await (const message of frames.messages()) messages.push(text(message));
  }, UnexpectedEof);
  assertEquals(messages, ["A", ""]);
});

Deno.test("FramedConnection takes no account of the messages of a pipe", async () => {
  await using ends = await pair({ mode: "message" }, { mode: "message" });
  for (const piece of ["on", "e\ntwo\nth", "ree\n"]) {
    await ends.client.write(bytes(piece));
  }
  const frames = new FramedConnection(ends.server, "line");
  for (const line of ["one", "two", "three"]) {
    assertEquals(text((await frames.readMessage())!), line);
  }
});
