import { assert, assertEquals, assertRejects } from "@std/assert";
import { connectPipe, listenPipe, readExactly } from "../../mod.ts";
import {
  bytes,
  checksum,
  pattern,
  text,
  uniqueName,
} from "../support/names.ts";
import { clientPeer, pair, serverPeer, turn } from "./helpers.ts";

const MEGABYTE = 1024 * 1024;

Deno.test("read() gives null when the other process closes", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("stay", listener.name);
  await using connection = await listener.accept();
  await peer.send("leave");
  assertEquals(await connection.read(new Uint8Array(9)), null);
  assertEquals(await connection.read(new Uint8Array(9)), null);
});

Deno.test("read() gives null when the other process dies", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("stay", listener.name);
  await using connection = await listener.accept();
  const read = connection.read(new Uint8Array(9));
  await peer.says("connected");
  await peer.kill();
  assertEquals(await read, null);
});

Deno.test("read() gives null to a client whose server dies", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("deaf", name);
  await using connection = await connectPipe(name);
  await peer.says("accepted");
  await peer.kill();
  assertEquals(await connection.read(new Uint8Array(9)), null);
});

Deno.test("read() gives the last bytes written before a close", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("write", name, "first ", "last");
  await using connection = await connectPipe(name);
  await peer.says("left");
  assertEquals(text(await readExactly(connection, 10)), "first last");
  assertEquals(await connection.read(new Uint8Array(1)), null);
});

Deno.test("read() gives what is there, not more than fits", async () => {
  await using ends = await pair();
  await ends.client.write(bytes("abcdef"));
  const buffer = new Uint8Array(4);
  assertEquals(await ends.server.read(buffer), 4);
  assertEquals(text(buffer), "abcd");
  assertEquals(await ends.server.read(buffer), 2);
});

Deno.test("read() fills the middle of a buffer, and shared memory", async () => {
  await using ends = await pair();
  await ends.client.write(bytes("abcd"));
  const whole = new Uint8Array(new SharedArrayBuffer(6));
  assertEquals(await ends.server.read(whole.subarray(1, 5)), 4);
  assertEquals([...whole], [0, 97, 98, 99, 100, 0]);
});

Deno.test("read() of no bytes gives 0 at once", async () => {
  await using ends = await pair();
  assertEquals(await ends.server.read(new Uint8Array()), 0);
});

Deno.test("read() calls take turns in their order", async () => {
  await using ends = await pair();
  const buffers = [1, 2, 3].map(() => new Uint8Array(1));
  const reads = buffers.map((buffer) => ends.server.read(buffer));
  await ends.client.write(bytes("abc"));
  await Promise.all(reads);
  assertEquals(buffers.map(text), ["a", "b", "c"]);
});

Deno.test("read() aborted rejects with the reason, and loses no byte", async () => {
  await using ends = await pair();
  const abort = new AbortController();
  const read = ends.server.read(new Uint8Array(9), { signal: abort.signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => read, Error, "enough");
  await ends.client.write(bytes("kept"));
  assertEquals(text(await readExactly(ends.server, 4)), "kept");
});

Deno.test("read() times out, and loses no byte", async () => {
  await using ends = await pair();
  const error = await assertRejects(
    () => ends.server.read(new Uint8Array(9), { timeout: 5 }),
    DOMException,
  );
  assertEquals(error.name, "TimeoutError");
  await ends.client.write(bytes("kept"));
  assertEquals(text(await readExactly(ends.server, 4)), "kept");
});

Deno.test("read() with a timeout of 0 takes only what is there", async () => {
  await using ends = await pair();
  const buffer = new Uint8Array(4);
  await assertRejects(
    () => ends.server.read(buffer, { timeout: 0 }),
    DOMException,
  );
  await ends.client.write(bytes("here"));
  assertEquals(await ends.server.read(buffer, { timeout: 0 }), 4);
});

Deno.test("read() aborted while another waits leaves that one waiting", async () => {
  await using ends = await pair();
  const abort = new AbortController();
  const first = ends.server.read(new Uint8Array(4));
  const second = ends.server.read(new Uint8Array(4), { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => second, Error, "enough");
  await ends.client.write(bytes("kept"));
  assertEquals(await first, 4);
});

Deno.test("read() into a buffer that shrinks rejects, and the next one goes on", async () => {
  await using ends = await pair();
  const memory = new ArrayBuffer(64, { maxByteLength: 64 });
  const refused = assertRejects(
    () => ends.server.read(new Uint8Array(memory)),
    TypeError,
    "transferred or resized",
  );
  await turn();
  memory.resize(4);
  await ends.client.write(bytes("ten bytes!"));
  await refused;
  await ends.client.write(bytes("next"));
  assertEquals(text(await readExactly(ends.server, 4)), "next");
});

Deno.test("read() pending rejects when the connection is closed here", async () => {
  await using ends = await pair();
  const read = assertRejects(
    () => ends.server.read(new Uint8Array(9)),
    Deno.errors.BadResource,
    "is closed",
  );
  await turn();
  ends.server.close();
  await read;
});

Deno.test("read() refuses what is no Uint8Array, and a closed connection", async () => {
  await using ends = await pair();
  for (const wrong of ["x", null, undefined, 5, new ArrayBuffer(4)]) {
    await assertRejects(() => ends.server.read(wrong as never), TypeError);
  }
  ends.server.close();
  await assertRejects(
    () => ends.server.read(new Uint8Array(1)),
    Deno.errors.BadResource,
  );
});

Deno.test("write() gives the number of bytes", async () => {
  await using ends = await pair();
  assertEquals(await ends.client.write(bytes("abc")), 3);
  assertEquals(await ends.client.write(new Uint8Array()), 0);
});

Deno.test("write() of nothing in byte mode is no end of the stream", async () => {
  await using ends = await pair();
  const read = ends.server.read(new Uint8Array(9));
  await ends.client.write(new Uint8Array());
  await ends.client.write(bytes("x"));
  assertEquals(await read, 1);
});

Deno.test("write() to a peer that has closed is BrokenPipe", async () => {
  await using ends = await pair();
  ends.client.close();
  const error = await assertRejects(
    () => ends.server.write(bytes("x")),
    Deno.errors.BrokenPipe,
    "the other side has closed",
  );
  assertEquals((error.cause as { call: string }).call, "WriteFile");
});

Deno.test("write() stays pending while the other process does not read", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("deaf", name);
  await using connection = await connectPipe(name);
  await peer.says("accepted");
  const write = connection.write(pattern(MEGABYTE), { timeout: 100 });
  const error = await assertRejects(() => write, DOMException);
  assertEquals(error.name, "TimeoutError");
});

Deno.test("write() pending rejects when the other process dies", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("deaf", name);
  await using connection = await connectPipe(name);
  await peer.says("accepted");
  const write = assertRejects(
    () => connection.write(pattern(MEGABYTE)),
    Deno.errors.BrokenPipe,
  );
  await peer.kill();
  await write;
});

Deno.test("write() of many megabytes arrives whole", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("read", listener.name);
  const data = pattern(10 * MEGABYTE + 7);
  await using connection = await listener.accept();
  await peer.says("connected");
  await connection.write(data);
  connection.close();
  await peer.says(`${data.byteLength} ${checksum(data)}`);
});

Deno.test("write() calls keep their order", async () => {
  await using ends = await pair();
  const words = ["one ", "two ", "three ", "four"];
  const writes = words.map((word) => ends.client.write(bytes(word)));
  assertEquals(text(await readExactly(ends.server, 18)), words.join(""));
  await Promise.all(writes);
});

Deno.test("write() takes the bytes before it returns", async () => {
  await using ends = await pair();
  const data = bytes("before");
  const write = ends.client.write(data);
  await turn();
  data.fill(0);
  await write;
  assertEquals(text(await readExactly(ends.server, 6)), "before");
});

Deno.test("write() refuses what is no Uint8Array, and a closed connection", async () => {
  await using ends = await pair();
  for (const wrong of ["x", null, undefined, 5, [1], new ArrayBuffer(4)]) {
    await assertRejects(() => ends.client.write(wrong as never), TypeError);
  }
  ends.client.close();
  await assertRejects(
    () => ends.client.write(bytes("x")),
    Deno.errors.BadResource,
  );
});

Deno.test("read() and write() run at once in both processes", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("duplex", listener.name, 4 * MEGABYTE);
  await using connection = await listener.accept();
  const data = pattern(4 * MEGABYTE, 2);
  const [, got] = await Promise.all([
    connection.write(data),
    readExactly(connection, data.byteLength),
  ]);
  assertEquals(checksum(got), checksum(pattern(4 * MEGABYTE, 1)));
  await peer.says(`${checksum(data)}`);
});

Deno.test("close() safe to call twice, and settles what is pending", async () => {
  await using ends = await pair();
  const read = assertRejects(
    () => ends.server.read(new Uint8Array(1)),
    Deno.errors.BadResource,
  );
  await turn();
  ends.server.close();
  ends.server.close();
  await ends.server[Symbol.asyncDispose]();
  await read;
});

Deno.test("unref() of a connection does not stop its reads", async () => {
  await using ends = await pair();
  ends.server.unref();
  const buffer = new Uint8Array(4);
  const read = ends.server.read(buffer);
  await ends.client.write(bytes("seen"));
  ends.server.ref();
  assert(await read === 4);
});
