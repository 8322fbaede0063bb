/** A bad partner of a relay holds up nobody else. */

import { assertEquals } from "@std/assert";
import {
  connectPipe,
  connectSocket,
  createMailslot,
  listenPipe,
  listenSocket,
  openMailslot,
  openRing,
  pipeInfo,
  readExactly,
  sendCopyData,
  type SocketConnection,
} from "../../mod.ts";
import { transport } from "../../lib/relay/nats/client.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { closed, rawWebSocket, started, webSocket } from "./helpers.ts";
import { natsTest } from "./nats.ts";

type Connection = Awaited<ReturnType<typeof connectPipe>> | SocketConnection;

/** A partner of a listening end: what it says, and what it takes. */
interface Partner extends AsyncDisposable {
  say(bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
  hear(size: number): Promise<Uint8Array>;
}

/** How partners reach a relay that listens: a good one, and one that can be bad. */
const LISTENING: Readonly<
  Record<string, {
    good(ready: string): Promise<Partner>;
    bad(ready: string): Promise<Connection>;
  }>
> = {
  "pipe-listen": {
    good: async (ready) => partner(await connectPipe(ready)),
    bad: (ready) => connectPipe(ready),
  },
  "tcp-listen": {
    good: async (ready) => partner(await connectSocket(ready)),
    bad: (ready) => connectSocket(ready),
  },
  "ws-listen": {
    good: async (ready) => webSocketPartner(await webSocket(ready)),
    bad: rawWebSocket,
  },
};

/** What a bad partner does, once it has connected; its far end is there, too. */
const BAD: Readonly<
  Record<string, (bad: Connection, far: SocketConnection) => Promise<unknown>>
> = {
  "that connects and leaves": (bad) =>
    Promise.resolve(bad[Symbol.asyncDispose]()),
  "that never writes": () => Promise.resolve(),
  /** Its far end writes more than anybody keeps for it. */
  "that never reads": (_bad, far) => far.write(new Uint8Array(64 << 20)),
};

for (
  const [end, { good: connect, bad: connectBad }] of Object.entries(LISTENING)
) {
  for (const [kind, behave] of Object.entries(BAD)) {
    Deno.test(`relay() from ${end} serves others beside a partner ${kind}`, async () => {
      await using stack = new AsyncDisposableStack();
      const to = stack.use(await listenSocket());
      const from = end === "pipe-listen" ? uniqueName() : "0";
      const running = stack.use(
        await started(`${end}:${from}`, `tcp:${to.name}`),
      );
      const accept = async () => stack.use(await to.accept());
      const bad = await connectBad(running.ready[0]!);
      const farOfBad = await accept();
      const behaving = behave(bad, farOfBad).catch(() => {});
      const good = stack.use(await connect(running.ready[0]!));
      const far = await accept();
      await good.say(bytes("question"));
      assertEquals(text(await readExactly(far, 8)), "question");
      await far.write(bytes("answer"));
      assertEquals(text(await good.hear(6)), "answer");
      await bad[Symbol.asyncDispose]();
      farOfBad.close();
      await behaving;
    });
  }
}

Deno.test("relay() from ws-listen leaves nothing open for partners that have said nothing", async () => {
  await using to = await listenSocket();
  const script = new URL("./peers/closed_relay.ts", import.meta.url);
  await using peer = startScript(script, ["ws-listen:0", `tcp:${to.name}`]);
  const ready = await peer.line();
  const address = ready.replace("ws://", "");
  await using _silent = await connectSocket(address);
  await using half = await connectSocket(address);
  await half.write(bytes("GET / HTTP/1.1\r\n"));
  // They are accepted in their order: both are there once this one is.
  await using _last = await rawWebSocket(ready);
  await using _far = await to.accept();
  await peer.send("close");
  assertEquals((await peer.ended()).code, 0);
});

Deno.test("relay() from mailslot-listen serves others beside writers that say nothing", async () => {
  await using to = await listenSocket();
  await using running = await started(
    `mailslot-listen:${uniqueName()}`,
    `tcp:${to.name}`,
  );
  const slot = running.ready[0]!;
  {
    await using far = await to.accept();
    await using _silent = await openMailslot(slot);
    (await openMailslot(slot)).close();
    await using good = await openMailslot(slot);
    await good.send(bytes("question"));
    assertEquals(text(await readExactly(far, 8)), "question");
    await running[Symbol.asyncDispose]();
  }
  assertEquals(running.errors, []);
});

Deno.test("relay() from the clipboard goes on after an owner that promises text and never renders it", async () => {
  await using slot = createMailslot(uniqueName());
  const script = new URL("../clipboard/peers/other.ts", import.meta.url);
  await using other = startScript(script);
  await other.says("ready");
  await using running = await started("clipboard", `mailslot:${slot.name}`);
  for (const order of ["promise CF_UNICODETEXT", 'write "kept"']) {
    await other.send(order);
    await other.says("done");
  }
  assertEquals(text(await slot.receive()), "kept");
  assertEquals(running.errors, []);
});

for (const kind of ["that connects and leaves", "that never writes"]) {
  Deno.test(`relay() from ring-create ends beside a producer ${kind}`, async () => {
    await using to = await listenSocket();
    const name = uniqueName();
    await using running = await started(
      `ring-create:${name}`,
      `tcp:${to.name}`,
    );
    await using far = await to.accept();
    await using producer = await openRing(name, { role: "producer" });
    if (kind === "that never writes") running.relay.close();
    else producer.close();
    assertEquals(await far.read(new Uint8Array(8)), null);
    far.close();
    assertEquals((await running.relay.finished).forward.messages, 0);
    assertEquals(running.errors, []);
  });
}

for (const kind of ["that never reads", "that connects and leaves"]) {
  Deno.test(`relay() to ring-create ends beside a consumer ${kind}`, async () => {
    const name = uniqueName();
    await using running = await started("tcp-listen:0", `ring-create:${name}`, {
      frame: "length",
    });
    await using writer = await connectSocket(running.ready[0]!);
    // More than the ring and all between keep.
    const writing = writeFrames(writer, 16 << 20).catch(() => {});
    await using consumer = await openRing(name, {
      role: "consumer",
      waitForPeer: true,
    });
    if (kind === "that never reads") running.relay.close();
    else consumer.close();
    const told = await running.relay.finished.catch((error) => error);
    assertEquals(
      told instanceof Deno.errors.BrokenPipe,
      kind === "that connects and leaves",
    );
    await writing;
  });
}

Deno.test("relay() from message-listen answers its senders beside a partner that never reads", async () => {
  await using to = await listenSocket();
  const title = uniqueName();
  await using running = await started(
    `message-listen:${title}`,
    `tcp:${to.name}`,
  );
  await using _far = await to.accept();
  // More than a socket keeps that nobody reads.
  for (let i = 0; i < 32; i++) {
    assertEquals(await sendCopyData(title, new Uint8Array(1 << 19)), 1);
  }
  await running[Symbol.asyncDispose]();
  assertEquals(running.errors, []);
});

natsTest(
  "relay() from nats-listen answers others beside requesters that leave, and a far end that never answers",
  async (server) => {
    const { connect } = await transport();
    const [subject, pipe] = [uniqueName("ask"), uniqueName()];
    await using listener = listenPipe(pipe, { mode: "message" });
    await using running = await started(
      `nats-listen:${subject}`,
      `pipe:${pipe}`,
      { mode: "message", nats: { servers: server } },
    );
    const gone = await connect({ servers: server });
    const asked = gone.request(subject, bytes("gone"), { timeout: 60_000 })
      .catch(() => {});
    await using silent = await listener.accept();
    assertEquals(text((await silent.readMessage())!), "gone");
    await gone.close();
    await asked;
    const good = await connect({ servers: server });
    const answered = good.request(subject, bytes("question"), {
      timeout: 60_000,
    });
    await using far = await listener.accept();
    assertEquals(text((await far.readMessage())!), "question");
    await far.write(bytes("answer"));
    assertEquals(text((await answered).data), "answer");
    await running[Symbol.asyncDispose]();
    await good.close();
  },
);

for (
  const [end, { good: connect, bad: connectBad }] of Object.entries(LISTENING)
) {
  Deno.test(`relay() from ${end} keeps what is there once for a partner that says something`, async () => {
    const ring = uniqueName();
    const from = end === "pipe-listen" ? uniqueName() : "0";
    await using running = await started(
      `${end}:${from}`,
      `ring-create:${ring}`,
    );
    const ready = running.ready[0]!;
    const silent = await connectBad(ready);
    const gone = await connectBad(ready);
    await gone[Symbol.asyncDispose]();
    // It is created for the first partner.
    await using consumer = await openRing(ring, { waitForPeer: true });
    const good = await connect(ready);
    await good.say(bytes("question"));
    assertEquals(text(await consumer.read()), "question");
    // The silent one would wait in vain.
    await untilEnd(silent);
    await silent[Symbol.asyncDispose]();
    await good[Symbol.asyncDispose]();
    assertEquals((await running.relay.finished).forward.messages, 1);
    assertEquals(running.errors, []);
  });
}

Deno.test("relay() to pipe-listen keeps what is there once for a partner that takes something", async () => {
  const [pipe, slot] = [uniqueName(), uniqueName()];
  await using _running = await started(
    `mailslot-listen:${slot}`,
    `pipe-listen:${pipe}`,
    { mode: "message" },
  );
  pipeInfo(pipe);
  // It is created for the first partner.
  await using sender = await openMailslot(slot, { waitForPeer: true });
  await using client = await connectPipe(pipe, { mode: "message" });
  await using other = await connectPipe(pipe, { mode: "message" });
  await sender.send(bytes("kept"));
  assertEquals(text(await client.readMessage()), "kept");
  assertEquals(await other.readMessage(), null);
});

/** Reads until the other side has closed. */
async function untilEnd(connection: Connection): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await connection.read(buffer).catch(() => null) !== null);
}

function partner(
  connection: Connection,
): Partner {
  return {
    say: (bytes) => connection.write(bytes),
    hear: (size) => readExactly(connection, size),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

function webSocketPartner(socket: WebSocket): Partner {
  const heard = new TransformStream<Uint8Array, Uint8Array>();
  const writer = heard.writable.getWriter();
  socket.onmessage = ({ data }) => void writer.write(new Uint8Array(data));
  const reader = heard.readable.getReader();
  return {
    say: (bytes) => Promise.resolve(socket.send(bytes)),
    async hear() {
      return (await reader.read()).value!;
    },
    async [Symbol.asyncDispose]() {
      await closed(socket);
    },
  };
}

/** Writes `size` bytes as messages, each behind its length. */
async function writeFrames(
  connection: SocketConnection,
  size: number,
): Promise<void> {
  const frame = new Uint8Array(4 + 65_532);
  new DataView(frame.buffer).setUint32(0, frame.byteLength - 4);
  for (let sent = 0; sent < size; sent += frame.byteLength) {
    await connection.write(frame);
  }
}
