import { assertEquals, assertRejects } from "@std/assert";
import { isTimeSliceOver } from "../../lib/io/wait/yield.ts";
import { connectPipe, handleValue, listenPipe } from "../../mod.ts";
import {
  bytes,
  checksum,
  pattern,
  text,
  uniqueName,
} from "../support/names.ts";
import { clientPeer, pair, serverPeer, turn } from "./helpers.ts";

Deno.test("readable ends when the other side closes", async () => {
  await using ends = await pair();
  await ends.client.write(bytes("all of it"));
  ends.client.close();
  assertEquals(await new Response(ends.server.readable).text(), "all of it");
});

Deno.test("readable fills the buffer of a BYOB reader", async () => {
  await using ends = await pair();
  const reader = ends.server.readable.getReader({ mode: "byob" });
  await ends.client.write(bytes("abcdef"));
  const first = await reader.read(new Uint8Array(4));
  const second = await reader.read(new Uint8Array(4));
  assertEquals([text(first.value), text(second.value)], ["abcd", "ef"]);
  ends.client.close();
  const { done } = await reader.read(new Uint8Array(4));
  assertEquals(done, true);
});

Deno.test("readable gives a message a chunk", async () => {
  await using ends = await pair({ mode: "message" });
  for (const word of ["one", "two"]) await ends.client.write(bytes(word));
  ends.client.close();
  const words: string[] = [];
  for await (const chunk of ends.server.readable) words.push(text(chunk));
  assertEquals(words, ["one", "two"]);
});

Deno.test("readable and read() give a message whole if it fits", async () => {
  await using ends = await pair({ mode: "message" });
  const { client, server } = ends;
  const reader = server.readable.getReader();
  for (const size of [4097, 5000, 65_537, 262_144]) {
    const reading = reader.read();
    await client.write(pattern(size));
    assertEquals((await reading).value, pattern(size));
  }
  const writing = client.write(pattern(262_145));
  assertEquals((await reader.read()).value?.byteLength, 262_144);
  assertEquals((await reader.read()).value?.byteLength, 1);
  await writing;
  reader.releaseLock();
  await server.write(pattern(5000));
  const buffer = new Uint8Array(8192);
  assertEquals(await client.read(buffer), 5000);
  assertEquals(buffer.subarray(0, 5000), pattern(5000));
});

Deno.test("readable reads nothing ahead", async () => {
  await using ends = await pair();
  const { readable } = ends.server;
  await ends.client.write(bytes("abc"));
  await turn();
  assertEquals(ends.server.peek().available, 3);
  await readable.cancel();
});

Deno.test("readable cancelled ends the pending read", async () => {
  await using ends = await pair();
  const reader = ends.server.readable.getReader();
  const read = reader.read();
  await turn();
  await reader.cancel();
  assertEquals((await read).done, true);
});

Deno.test("writable writes whole chunks in order", async () => {
  // Any of them may be the one after which the event loop runs.
  for (let round = 0; round < 8; round++) {
    await using ends = await pair();
    const writer = ends.client.writable.getWriter();
    while (!isTimeSliceOver());
    const writes = ["one ", "two ", "three"].map((word) =>
      writer.write(bytes(word))
    );
    await Promise.all(writes);
    ends.client.close();
    assertEquals(
      await new Response(ends.server.readable).text(),
      "one two three",
    );
  }
});

Deno.test("writable loses no chunk that it took before an abort", async () => {
  await using ends = await pair();
  const enough = new Error("enough");
  const source = ReadableStream.from((async function* () {
    for (const word of ["one ", "two ", "three"]) yield bytes(word);
    throw enough;
  })());
  const ended = source.pipeTo(ends.client.writable).catch((error) => error);
  assertEquals(await ended, enough);
  ends.client.close();
  assertEquals(
    await new Response(ends.server.readable).text(),
    "one two three",
  );
});

Deno.test("whoever gets the handle finds what writable has taken in the pipe", async () => {
  await using ends = await pair();
  const writer = ends.client.writable.getWriter();
  for (const word of ["one ", "two ", "three"]) await writer.write(bytes(word));
  handleValue(ends.client);
  assertEquals(ends.server.peek().available, 13);
});

Deno.test("writable errors when the other side has closed", async () => {
  await using ends = await pair();
  const writer = ends.client.writable.getWriter();
  const closed = assertRejects(() => writer.closed, Deno.errors.BrokenPipe);
  ends.server.close();
  await assertRejects(() => writer.write(bytes("x")), Deno.errors.BrokenPipe);
  await closed;
});

Deno.test("writable refuses chunks that are no bytes", async () => {
  await using ends = await pair();
  const writer = ends.client.writable.getWriter();
  const closed = assertRejects(() => writer.closed, TypeError);
  await assertRejects(() => writer.write("text" as never), TypeError);
  await closed;
});

Deno.test("writable waits for a reader, and its abort ends the write", async () => {
  const name = uniqueName();
  await using _peer = await serverPeer("deaf", name);
  await using connection = await connectPipe(name);
  const writer = connection.writable.getWriter();
  const write = assertRejects(() => writer.write(pattern(1_000_000)));
  const closed = assertRejects(() => writer.closed);
  await turn();
  assertEquals(writer.desiredSize, 0);
  await writer.abort(new Error("enough"));
  await write;
  await closed;
});

Deno.test("both streams ended close the connection", async () => {
  await using ends = await pair();
  const { readable, writable } = ends.server;
  await readable.cancel();
  await ends.client.write(bytes("still open"));
  await writable.close();
  assertEquals(await ends.client.read(new Uint8Array(9)), null);
});

Deno.test("readable piped to writable echoes to another process", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("duplex", listener.name, 1_000_000);
  await using connection = await listener.accept();
  const { readable, writable } = connection;
  const echoing = readable.pipeTo(writable);
  await peer.says(`${checksum(pattern(1_000_000, 1))}`);
  await peer.send("leave");
  await echoing;
});

Deno.test("pipeTo() in another process echoes what we write", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("mirror", listener.name);
  await using connection = await listener.accept();
  const writer = connection.writable.getWriter();
  await writer.write(bytes("there and back"));
  const { value } = await connection.readable.getReader().read();
  assertEquals(text(value), "there and back");
  connection.close();
  await peer.says("over");
});
