import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connectPipe,
  connectSocket,
  listenPipe,
  listenSocket,
  readExactly,
  relay,
} from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { closed, started, webSocket } from "./helpers.ts";

const MIB = 1_048_576;
const CHUNK = new Uint8Array(MIB / 4);

/** Writes until the writer has to wait; resolves to how much that took. */
async function writtenUntilBlocked(
  write: (chunk: Uint8Array) => Promise<unknown>,
  most: number,
): Promise<{ written: number; last: Promise<unknown> }> {
  for (let written = 0; written < most; written += CHUNK.byteLength) {
    const last = write(CHUNK);
    const taken = last.then(() => true);
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), 1_500);
    const done = await Promise.race([taken, late]);
    clearTimeout(timer);
    if (!done) return { written, last };
  }
  throw new Error(`Nothing slowed the writer down after ${most} bytes`);
}

Deno.test("relay() slows a TCP writer down to the pace of a pipe's reader", async () => {
  await using listener = listenPipe(uniqueName());
  await using running = await started("tcp-listen:0", `pipe:${listener.name}`);
  await using client = await connectSocket(running.ready[0]!);
  await using server = await listener.accept();
  const { written, last } = await writtenUntilBlocked(
    (chunk) => client.write(chunk),
    64 * MIB,
  );
  // Both systems' buffers and two chunks; the relay itself has let through less.
  const passed = running.relay.counts.forward.bytes;
  assert(passed <= 2 * MIB, `${passed} bytes passed`);
  let read = 0;
  const buffer = new Uint8Array(MIB);
  while (read < written + CHUNK.byteLength) {
    read += (await server.read(buffer))!;
  }
  await last;
  assertEquals(running.relay.counts.forward.bytes, read);
});

Deno.test("relay() slows a WebSocket's sender down, and holds little", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { mode: "message" });
  await using running = await started("ws-listen:0", `pipe:${name}`);
  const socket = await webSocket(running.ready[0]!);
  await using server = await listener.accept();
  const messages = 400;
  for (let at = 0; at < messages; at++) socket.send(CHUNK);
  // What is not read here stays with the sender: its own count says so.
  const first = await server.readMessage();
  assertEquals(first!.byteLength, CHUNK.byteLength);
  const { promise: calm, resolve } = Promise.withResolvers<void>();
  let [last, same] = [-1, 0];
  const timer = setInterval(() => {
    same = socket.bufferedAmount === last ? same + 1 : 0;
    last = socket.bufferedAmount;
    if (same >= 10) resolve();
  }, 50);
  await calm;
  clearInterval(timer);
  assert(last > 50 * MIB, `${last} bytes wait at the sender`);
  for (let at = 1; at < messages; at++) {
    assertEquals((await server.readMessage())!.byteLength, CHUNK.byteLength);
  }
  assertEquals(socket.bufferedAmount, 0);
  await closed(socket);
  assertEquals(running.relay.counts.forward.messages, messages);
});

Deno.test("relay() keeps a WebSocket's reader from being flooded", async () => {
  const name = uniqueName();
  await using listener = await listenSocket();
  await using there = await started("ws-listen:0", `tcp:${listener.name}`);
  await using _here = await started(
    `pipe-listen:${name}`,
    `ws:${there.ready[0]}`,
  );
  await using client = await connectPipe(name);
  const { written, last } = await writtenUntilBlocked(
    (chunk) => client.write(chunk),
    64 * MIB,
  );
  await using server = await listener.accept();
  await readExactly(server, written + CHUNK.byteLength);
  await last;
});

Deno.test("relay() passes half of a close on, and answers that come after it", async () => {
  await using listener = await listenSocket();
  await using running = await started("tcp-listen:0", `tcp:${listener.name}`);
  await using client = await connectSocket(running.ready[0]!);
  await client.write(bytes("question"));
  await client.closeWrite();
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 8)), "question");
  assertEquals(await server.read(new Uint8Array(1)), null);
  await server.write(bytes("answer"));
  await server.closeWrite();
  assertEquals(text(await readExactly(client, 6)), "answer");
  assertEquals(await client.read(new Uint8Array(1)), null);
});

Deno.test("relay() waits for the answer of a pipe that cannot be notified of the end", async () => {
  await using listener = listenPipe(uniqueName());
  // Longer than the answer takes, however busy the machine is.
  await using running = await started("tcp-listen:0", `pipe:${listener.name}`, {
    linger: 600_000,
  });
  await using client = await connectSocket(running.ready[0]!);
  await client.write(bytes("question"));
  await client.closeWrite();
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 8)), "question");
  await server.write(bytes("late answer"));
  assertEquals(text(await readExactly(client, 11)), "late answer");
  server.close();
  assertEquals(await client.read(new Uint8Array(1)), null);
});

Deno.test("relay() takes silence for the end of a pipe that cannot be notified of it", async () => {
  await using listener = listenPipe(uniqueName());
  await using running = await started("tcp-listen:0", `pipe:${listener.name}`, {
    linger: 300,
  });
  await using client = await connectSocket(running.ready[0]!);
  await client.write(bytes("question"));
  await client.closeWrite();
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 8)), "question");
  assertEquals(await server.read(new Uint8Array(1)), null);
  assertEquals(await client.read(new Uint8Array(1)), null);
});

Deno.test("relay() brings all that was written before a pipe's end", async () => {
  const name = uniqueName();
  await using listener = await listenSocket();
  await using _running = await started(
    `pipe-listen:${name}`,
    `tcp:${listener.name}`,
  );
  const data = pattern(3 * MIB + 7);
  const client = await connectPipe(name);
  const writing = client.write(data).then(() => client.close());
  await using server = await listener.accept();
  assertEquals(await readExactly(server, data.byteLength), data);
  await writing;
  assertEquals(await server.read(new Uint8Array(1)), null);
});

Deno.test("relay() passes one way only where that is asked for", async () => {
  await using listener = listenPipe(uniqueName());
  await using running = await started("tcp-listen:0", `pipe:${listener.name}`, {
    oneWay: true,
  });
  await using client = await connectSocket(running.ready[0]!);
  await client.write(bytes("hello"));
  await using server = await listener.accept();
  await server.write(bytes("dropped"));
  assertEquals(text(await readExactly(server, 5)), "hello");
  server.close();
  assertEquals(await client.read(new Uint8Array(9)), null);
  assertEquals(running.relay.counts.backward.messages, 0);
});

Deno.test("relay() ends after a count of messages", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { mode: "message" });
  const near = uniqueName();
  await using running = await started(`pipe-listen:${near}`, `pipe:${name}`, {
    mode: "message",
    count: 2,
  });
  await using client = await connectPipe(near);
  await using server = await listener.accept();
  for (const word of ["one", "two"]) await client.write(bytes(word));
  const { forward } = await running.relay.finished;
  assertEquals(forward, { bytes: 6, messages: 2 });
  assertEquals(text(await server.readMessage()), "one");
  assertEquals(text(await server.readMessage()), "two");
});

Deno.test("relay() shows all that passes before it does", async () => {
  await using listener = listenPipe(uniqueName());
  const seen: string[] = [];
  await using running = await started("tcp-listen:0", `pipe:${listener.name}`, {
    tap({ direction, partner, bytes }) {
      seen.push(`${direction} ${partner} ${text(bytes)}`);
    },
  });
  await using client = await connectSocket(running.ready[0]!);
  await client.write(bytes("to"));
  await using server = await listener.accept();
  await readExactly(server, 2);
  await server.write(bytes("fro"));
  await readExactly(client, 3);
  assertEquals(seen, ["forward 1 to", "backward 1 fro"]);
});

Deno.test("relay() goes on when the far end of one partner is not there", async () => {
  const name = uniqueName();
  await using running = await started("tcp-listen:0", `pipe:${name}`);
  await using lost = await connectSocket(running.ready[0]!);
  assertEquals(await lost.read(new Uint8Array(1)).catch(() => null), null);
  await using listener = listenPipe(name);
  await using client = await connectSocket(running.ready[0]!);
  await client.write(bytes("x"));
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 1)), "x");
  assert(running.errors[0] instanceof Deno.errors.NotFound);
  assertEquals(running.relay.counts.failed, 1);
});

Deno.test("relay() is aborted by its signal, and closes what it opened", async () => {
  const name = uniqueName();
  const over = new AbortController();
  const reason = new Error("enough");
  const running = await relay(`pipe-listen:${name}`, "exec:sort", {
    signal: over.signal,
  });
  await using client = await connectPipe(name);
  over.abort(reason);
  assertEquals(await assertRejects(() => running.finished), reason);
  assertEquals(await client.read(new Uint8Array(1)).catch(() => null), null);
  await using _again = listenPipe(uniqueName());
  await assertRejects(
    () => relay("stdio", "exec:sort", { signal: over.signal }),
    Error,
    "enough",
  );
});
