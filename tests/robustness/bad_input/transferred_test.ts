/** Bytes whose buffer the caller transfers or resizes before they are written. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connectSocket,
  createRing,
  createSharedMemory,
  listenSocket,
  openRing,
  readExactly,
} from "../../../mod.ts";
import { tcpConnection } from "../../../lib/socket/tcp.ts";
import { pair } from "../../named_pipe/helpers.ts";
import { bytes, pattern, text, uniqueName } from "../../support/names.ts";

const MEGABYTE = 1024 * 1024;
const REFUSED = [TypeError, "its buffer was transferred"] as const;
const MESSAGES = { mode: "message", inputBuffer: 4096 } as const;
/** More than the pipe holds: the write waits for its reader. */
const LARGE = pattern(65536);

function transferred(): Uint8Array<ArrayBuffer> {
  const data = pattern(9);
  data.buffer.transfer();
  return data;
}

/** A view whose buffer has become too short for it. */
function outOfBounds(): Uint8Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(9, { maxByteLength: 9 });
  const view = new Uint8Array(buffer, 0, 9);
  buffer.resize(4);
  return view;
}

Deno.test("an array that was transferred before is refused, and no empty message goes out", async () => {
  await using ends = await pair(MESSAGES);
  const { client, server } = ends;
  await assertRejects(() => client.write(transferred()), ...REFUSED);
  await assertRejects(() => client.write(outOfBounds()), ...REFUSED);
  await assertRejects(() => client.transact(transferred()), ...REFUSED);
  await assertRejects(() => client.read(transferred()), ...REFUSED);
  await client.write(bytes("next"));
  assertEquals(text(await server.readMessage()), "next");
});

Deno.test("a message that is transferred during its wait is refused, and no empty one goes out", async () => {
  await using ends = await pair(MESSAGES);
  const { client, server } = ends;
  const first = client.write(LARGE);
  const lost = [pattern(9), pattern(9)];
  const writes = [client.write(lost[0]!), client.transact(lost[1]!)];
  const last = client.write(bytes("last"));
  for (const { buffer } of lost) buffer.transfer();
  const refused = writes.map((write) => assertRejects(() => write, ...REFUSED));
  assertEquals(await server.readMessage(), LARGE);
  assertEquals(text(await server.readMessage()), "last");
  await Promise.all([first, last, ...refused]);
});

Deno.test("a chunk for writable that is transferred is refused", async () => {
  await using ends = await pair(MESSAGES);
  const writer = ends.client.writable.getWriter();
  const chunk = pattern(9);
  const write = writer.write(chunk);
  chunk.buffer.transfer();
  await assertRejects(() => write, ...REFUSED);
  await writer.closed.catch(() => {});
});

Deno.test("write() of bytes that are transferred after their first piece rejects", async () => {
  await using ends = await pair({ inputBuffer: 4096 });
  const { client, server } = ends;
  const data = pattern(3 * MEGABYTE);
  const write = assertRejects(() => client.write(data), ...REFUSED);
  const resized = new Uint8Array(
    new ArrayBuffer(65536, { maxByteLength: MEGABYTE }),
  );
  const behind = assertRejects(() => client.write(resized), ...REFUSED);
  data.buffer.transfer();
  resized.buffer.resize(65537);
  const buffer = new Uint8Array(MEGABYTE);
  let length = 0;
  while (length < MEGABYTE) length += (await server.read(buffer))!;
  await Promise.all([write, behind]);
  client.close();
  assertEquals(await server.read(buffer), null);
  assertEquals(length, MEGABYTE);
});

Deno.test("write() gives the number of bytes that Windows took before they were transferred", async () => {
  await using ends = await pair();
  const data = bytes("taken");
  const write = ends.client.write(data);
  data.buffer.transfer();
  assertEquals(await write, 5);
  const buffer = new Uint8Array(9);
  assertEquals(await ends.server.read(buffer), 5);
  assertEquals(text(buffer.subarray(0, 5)), "taken");
});

Deno.test("tcp: write() of bytes that are transferred before its turn sends nothing", async () => {
  await using listener = await listenSocket();
  await using client = await connectSocket(listener.local.port);
  await using server = await listener.accept();
  const data = pattern(9);
  const writes = [client.write(bytes("first, ")), client.write(data)];
  data.buffer.transfer();
  await writes[0];
  await assertRejects(() => writes[1]!, ...REFUSED);
  await client.write(bytes("second"));
  assertEquals(text(await readExactly(server, 13)), "first, second");
});

Deno.test("tcp: write() of bytes that are transferred after a part of them closes the connection", async () => {
  const data = pattern(9);
  const addr = { transport: "tcp", hostname: "127.0.0.1", port: 9 } as const;
  let closed = false;
  // Windows may take any number of bytes at once.
  const socket = {
    localAddr: addr,
    remoteAddr: addr,
    setNoDelay() {},
    write() {
      data.buffer.transfer();
      return Promise.resolve(4);
    },
    close: () => void (closed = true),
  };
  const connection = tcpConnection(socket as unknown as Deno.TcpConn);
  await assertRejects(() => connection.write(data), ...REFUSED);
  assertEquals(closed, true);
});

Deno.test("a ring refuses a message that is transferred or resized during its wait, and keeps those before it", async () => {
  const name = uniqueName();
  await using producer = createRing(name, { capacity: 64 });
  await using consumer = await openRing(name);
  const lost = pattern(64);
  const grown = new Uint8Array(new ArrayBuffer(64, { maxByteLength: 99 }));
  const shrunk = new Uint8Array(new ArrayBuffer(64, { maxByteLength: 64 }));
  const view = new Uint8Array(
    new ArrayBuffer(64, { maxByteLength: 64 }),
    9,
    55,
  );
  const changes: [Uint8Array, () => unknown][] = [
    [lost, () => lost.buffer.transfer()],
    [grown, () => grown.buffer.resize(99)],
    [shrunk, () => shrunk.buffer.resize(4)],
    [view, () => view.buffer.resize(9)],
  ];
  for (const [message, change] of changes) {
    assertEquals(producer.tryWrite(pattern(64)), true);
    const writing = producer.writeBatch([bytes("first"), message]);
    const refused = assertRejects(() => writing, ...REFUSED);
    change();
    assertEquals(consumer.tryRead(), pattern(64));
    assertEquals(text(await consumer.read()), "first");
    await refused;
    assertEquals(consumer.tryRead(), null);
  }
});

Deno.test("a view of shared memory that is closed is refused", async () => {
  await using ends = await pair();
  const memory = createSharedMemory(uniqueName(), { size: 9 });
  const view = memory.view();
  memory.close();
  await assertRejects(() => ends.client.write(view), ...REFUSED);
  using other = createSharedMemory(uniqueName(), { size: 9 });
  assertThrows(() => other.write(view), ...REFUSED);
});
