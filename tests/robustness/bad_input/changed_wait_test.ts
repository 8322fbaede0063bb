/** Options of waits that the caller changes, for its next call, while a wait lasts. */

import { assertEquals } from "@std/assert";
import {
  type ByteConnection,
  connectPipe,
  connectSocket,
  createMailslot,
  createMutex,
  createRing,
  FramedConnection,
  listenPipe,
  listenSocket,
  openMailslot,
  openMutex,
  openRing,
  readExactly,
  type WaitOptions,
} from "../../../mod.ts";
import { pair } from "../../named_pipe/helpers.ts";
import { bytes, uniqueName } from "../../support/names.ts";

/** Options, and their change, by which the next call would fail at once. */
function changing(): { wait: WaitOptions; change: () => void } {
  const wait: WaitOptions = {};
  return {
    wait,
    change: () =>
      void Object.assign(wait, { signal: AbortSignal.abort(), timeout: 0 }),
  };
}

Deno.test("reads that wait for their turn keep the options of their call", async () => {
  await using ends = await pair({ mode: "message" }, { mode: "message" });
  await using listener = await listenSocket();
  await using socket = await connectSocket(listener.name);
  await using accepted = await listener.accept();
  await using mailslot = createMailslot(uniqueName());
  await using sender = await openMailslot(mailslot.name);
  await using ring = createRing(uniqueName(), { capacity: 64 });
  await using consumer = await openRing(ring.name);
  const ways: [(wait: WaitOptions) => Promise<unknown>, () => Promise<void>][] =
    [
      [
        (wait) => ends.client.readMessage(wait),
        async () => void await ends.server.write(bytes("x")),
      ],
      [
        (wait) => socket.read(new Uint8Array(1), wait),
        async () => void await accepted.write(bytes("x")),
      ],
      [(wait) => mailslot.receive(wait), () => sender.send(bytes("x"))],
      [(wait) => consumer.read(wait), () => ring.write(bytes("x"))],
    ];
  for (const [read, write] of ways) {
    const { wait, change } = changing();
    const [first, second] = [read(wait), read(wait)];
    change();
    await write();
    await first;
    await write();
    await second;
  }
});

Deno.test("waits that poll keep the options of their call", async () => {
  const [pipe, slot, mutex] = [uniqueName(), uniqueName(), uniqueName()];
  using mine = createMutex(mutex);
  using other = openMutex(mutex);
  const lock = await mine.lock();
  const { wait, change } = changing();
  const locking = other.lock(wait);
  const waiting = { ...wait, waitForPeer: true };
  const connecting = connectPipe(pipe, waiting);
  const opening = openMailslot(slot, waiting);
  change();
  Object.assign(waiting, wait);
  await using _listener = listenPipe(pipe);
  await using _mailslot = createMailslot(slot);
  lock.release();
  using _lock = await locking;
  await using _client = await connecting;
  await using _sender = await opening;
});

/** Gives one byte for each read, and refuses options that have changed. */
function slow(content: string): ByteConnection {
  const left = [...bytes(content)];
  return {
    async read(buffer, options = {}) {
      await Promise.resolve();
      options.signal?.throwIfAborted();
      const next = left.shift();
      if (next === undefined) return null;
      buffer[0] = next;
      return 1;
    },
    async write(_bytes, options = {}) {
      await Promise.resolve();
      options.signal?.throwIfAborted();
    },
  };
}

Deno.test("what takes several reads keeps the options of its call", async () => {
  const json = new FramedConnection(slow('\n{"a":1}\n'), "line");
  const line = new FramedConnection(slow("line\n"), "line");
  const all: [(wait: WaitOptions) => Promise<unknown>, unknown][] = [
    [(wait) => json.readJson(wait), { a: 1 }],
    [(wait) => line.readMessage(wait), bytes("line")],
    [(wait) => readExactly(slow("four"), 4, wait), bytes("four")],
    [(wait) => line.writeMessage(bytes("out"), wait), undefined],
  ];
  for (const [run, result] of all) {
    const { wait, change } = changing();
    const running = run(wait);
    change();
    assertEquals(await running, result);
  }
});
