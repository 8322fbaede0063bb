import { assertEquals, assertRejects } from "@std/assert";
import { callPipe, connectPipe, listenPipe } from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import { clientPeer, pair, serverPeer, turn } from "./helpers.ts";

const MESSAGES = { mode: "message" } as const;
const BUFFER = 4096;
const TEN_MEGABYTES = 10 * 1024 * 1024;

Deno.test("readMessage() keeps the boundaries of messages of every size", async () => {
  const sizes = [0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 0, 65536, TEN_MEGABYTES];
  await using listener = listenPipe(uniqueName(), {
    ...MESSAGES,
    inputBuffer: BUFFER,
  });
  await using peer = clientPeer("messages", listener.name, ...sizes);
  await using connection = await listener.accept();
  for (const size of sizes) {
    assertEquals(await connection.readMessage(), pattern(size, size));
  }
  await peer.says("sent");
});

Deno.test("readMessage() gives messages that came before a close", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.write(bytes("one"));
  await ends.client.write(bytes("two"));
  ends.client.close();
  assertEquals(text(await ends.server.readMessage()), "one");
  assertEquals(text(await ends.server.readMessage()), "two");
  assertEquals(await ends.server.readMessage(), null);
});

Deno.test("readMessage() discards one longer than maxSize and goes on", async () => {
  await using ends = await pair(MESSAGES);
  const writes = [pattern(100_000), bytes("short")].map((message) =>
    ends.client.write(message)
  );
  await assertRejects(
    () => ends.server.readMessage({ maxSize: 99_999 }),
    Deno.errors.InvalidData,
    "100000 bytes",
  );
  assertEquals(text(await ends.server.readMessage()), "short");
  await Promise.all(writes);
});

Deno.test("readMessage() takes one of exactly maxSize", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.write(pattern(5000));
  const message = await ends.server.readMessage({ maxSize: 5000 });
  assertEquals(message, pattern(5000));
});

Deno.test("readMessage() aborted or timed out loses no message", async () => {
  await using ends = await pair(MESSAGES);
  const abort = new AbortController();
  const read = ends.server.readMessage({ signal: abort.signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => read, Error, "enough");
  await assertRejects(
    () => ends.server.readMessage({ timeout: 1 }),
    DOMException,
  );
  await ends.client.write(bytes("kept"));
  assertEquals(text(await ends.server.readMessage()), "kept");
});

Deno.test("readMessage() in byte mode is a TypeError", async () => {
  await using ends = await pair();
  await assertRejects(() => ends.client.readMessage(), TypeError, "byte mode");
});

Deno.test("readMessage() refuses a bad maxSize", async () => {
  await using ends = await pair(MESSAGES);
  for (const maxSize of [1.5, "5", NaN]) {
    await assertRejects(
      () => ends.server.readMessage({ maxSize: maxSize as number }),
      TypeError,
    );
  }
  await assertRejects(
    () => ends.server.readMessage({ maxSize: -1 }),
    RangeError,
  );
});

Deno.test("read() in message mode gives a message in parts", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.write(bytes("abcdef"));
  await ends.client.write(bytes("x"));
  const buffer = new Uint8Array(4);
  const lengths = [];
  for (let i = 0; i < 3; i++) lengths.push(await ends.server.read(buffer));
  assertEquals(lengths, [4, 2, 1]);
});

Deno.test("read() in message mode takes an empty message for the end", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.write(new Uint8Array());
  assertEquals(await ends.server.read(new Uint8Array(4)), null);
});

Deno.test("messages() gives each message, until the other side closes", async () => {
  await using ends = await pair(MESSAGES);
  for (const word of ["a", "", "c"]) await ends.client.write(bytes(word));
  ends.client.close();
  const words: string[] = [];
  for await (const message of ends.server.messages()) words.push(text(message));
  assertEquals(words, ["a", "", "c"]);
});

Deno.test("closeWrite() ends the other side's stream, and reading goes on", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.write(bytes("question"));
  await ends.client.closeWrite();
  let question = "";
  for await (const chunk of ends.server.readable) question += text(chunk);
  assertEquals(question, "question");
  await ends.server.write(bytes("answer"));
  assertEquals(text(await ends.client.readMessage()), "answer");
});

Deno.test("closeWrite() makes a further write BadResource", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.closeWrite();
  await assertRejects(
    () => ends.client.write(bytes("x")),
    Deno.errors.BadResource,
    "closeWrite() was called",
  );
});

Deno.test("closeWrite() in byte mode is NotSupported", async () => {
  await using ends = await pair();
  await assertRejects(
    () => ends.client.closeWrite(),
    Deno.errors.NotSupported,
    "no half-close",
  );
});

Deno.test("transact() writes and reads the answer", async () => {
  const name = uniqueName();
  await using _peer = await serverPeer("count", name);
  await using connection = await connectPipe(name, MESSAGES);
  assertEquals(text(await connection.transact(bytes("hello"))), "5");
  assertEquals(text(await connection.transact(pattern(100_000))), "100000");
  assertEquals(text(await connection.transact(new Uint8Array())), "0");
});

Deno.test("transact() takes an answer of any size", async () => {
  await using ends = await pair(MESSAGES);
  const serve = async () => {
    await ends.server.readMessage();
    await ends.server.write(pattern(1_000_000));
  };
  const [answer] = await Promise.all([
    ends.client.transact(bytes("?")),
    serve(),
  ]);
  assertEquals(answer, pattern(1_000_000));
});

Deno.test("transact() with unread data is Busy", async () => {
  await using ends = await pair(MESSAGES);
  await ends.server.write(bytes("unread"));
  await assertRejects(
    () => ends.client.transact(bytes("?")),
    Deno.errors.Busy,
    "unread",
  );
});

Deno.test("transact() aborted or timed out rejects", async () => {
  await using ends = await pair(MESSAGES);
  const abort = new AbortController();
  const answer = ends.client.transact(bytes("?"), { signal: abort.signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => answer, Error, "enough");
  // The answer that comes late is not that of another question.
  const again = assertRejects(
    () => ends.client.transact(bytes("??")),
    Deno.errors.Busy,
    "its answer may still come",
  );
  assertEquals(text(await ends.server.readMessage()), "?");
  await ends.server.write(bytes("late"));
  await again;
  assertEquals(text(await ends.client.readMessage()), "late");

  await using others = await pair(MESSAGES);
  await assertRejects(
    () => others.client.transact(bytes("?"), { timeout: 5 }),
    DOMException,
  );
});

Deno.test("transact() in byte mode, or of no bytes, is a TypeError", async () => {
  await using byteEnds = await pair();
  await using ends = await pair(MESSAGES);
  await assertRejects(
    () => byteEnds.client.transact(bytes("?")),
    TypeError,
    "byte mode",
  );
  await assertRejects(() => ends.client.transact("?" as never), TypeError);
});

Deno.test("transact() with a peer that has closed is BrokenPipe", async () => {
  await using ends = await pair(MESSAGES);
  ends.server.close();
  await assertRejects(
    () => ends.client.transact(bytes("?")),
    Deno.errors.BrokenPipe,
  );
});

Deno.test("callPipe() connects, asks, and closes", async () => {
  const name = uniqueName();
  await using _peer = await serverPeer("count", name);
  const questions = ["", "a", "abc"].map((word) => callPipe(name, bytes(word)));
  assertEquals((await Promise.all(questions)).map(text), ["0", "1", "3"]);
});

Deno.test("callPipe() times out when nobody answers", async () => {
  await using listener = listenPipe(uniqueName(), MESSAGES);
  await assertRejects(
    () => callPipe(listener.name, bytes("?"), { timeout: 20 }),
    DOMException,
    `Cannot transact over "${listener.name}": no answer came within 20 ms`,
  );
});

Deno.test("callPipe() refuses a bad maxSize before it connects", async () => {
  const options = { maxSize: -1, waitForPeer: true };
  await assertRejects(
    () => callPipe(uniqueName(), bytes("?"), options),
    RangeError,
    "Invalid maxSize -1",
  );
});

Deno.test("callPipe() uses options that it inherits", async () => {
  const name = uniqueName();
  const abort = new AbortController();
  const options = Object.create({ waitForPeer: true, signal: abort.signal });
  const call = callPipe(name, bytes("?"), options);
  await using listener = listenPipe(name, MESSAGES);
  await using _server = await listener.accept();
  abort.abort(new Error("enough"));
  await assertRejects(() => call, Error, "enough");
});

Deno.test("callPipe() of a pipe made for bytes is a TypeError", async () => {
  await using listener = listenPipe(uniqueName());
  await assertRejects(
    () => callPipe(listener.name, bytes("?")),
    TypeError,
    "a byte pipe, not a message pipe",
  );
});

Deno.test("connectPipe() takes the mode that the pipe is made for", async () => {
  await using messages = await pair(MESSAGES);
  await using stream = await pair();
  assertEquals([messages.client.mode, stream.client.mode], ["message", "byte"]);
});

Deno.test("connectPipe() reads a message pipe as bytes when asked", async () => {
  await using ends = await pair(MESSAGES, { mode: "byte" });
  await ends.server.write(bytes("ab"));
  await ends.server.write(bytes("cd"));
  const buffer = new Uint8Array(4);
  assertEquals(await ends.client.read(buffer), 4);
  assertEquals(text(buffer), "abcd");
});
