// Cycles that must leave nothing behind: cycles.ts WHAT [COUNT], with
// --v8-flags=--expose-gc. Says what grew after a warm-up, and the time taken.
import {
  connectPipe,
  createEvent,
  createMailslot,
  createMutex,
  createPipeClient,
  createRing,
  createSemaphore,
  EventObject,
  FramedConnection,
  listenPipe,
  listObjects,
  openEvent,
  openMailslot,
  openMutex,
  openRing,
  openSemaphore,
  pipeFetch,
  servePipe,
  type SyncObject,
  waitFor,
} from "../../../mod.ts";
import {
  BINARY,
  CLOSE,
  RawWebSocket,
  whole,
} from "../../pipe_serve/raw_web_socket.ts";
import { uniqueName } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";
import { settled } from "../../support/settled.ts";
import { growth } from "./noise.ts";

const [what, count = "10000"] = Deno.args as [string, string?];
const data = new Uint8Array(64).fill(7);
const buffer = new Uint8Array(64);
/** One cycle again and again, until what it stands on is closed. */
interface Cycles extends AsyncDisposable {
  cycle(): Promise<void>;
}
const CYCLES: Record<string, () => Promise<Cycles>> = {
  pipe,
  http,
  "web socket": webSocket,
  mailslot,
  abort,
  framing,
  objects,
  ring,
  event: () => sync(createEvent, openEvent),
  mutex: () => sync(createMutex, openMutex),
  semaphore: () =>
    sync((name) => createSemaphore(name, { max: 1 }), openSemaphore),
};

await measure(CYCLES[what]!);

/** Connects, has 64 bytes echoed, and closes both ends. */
function pipe(): Promise<Cycles> {
  const listener = listenPipe(uniqueName());
  return Promise.resolve({
    async cycle() {
      const connecting = connectPipe(listener.name);
      await using server = await listener.accept();
      await using client = await connecting;
      await client.write(data);
      await server.read(buffer);
      await server.write(buffer);
      await client.read(buffer);
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  });
}

/** Creates a mailslot, sends one message, receives it, and closes. */
function mailslot(): Promise<Cycles> {
  const name = uniqueName();
  return Promise.resolve({
    async cycle() {
      await using slot = createMailslot(name);
      await using sender = await openMailslot(name);
      await sender.send(data);
      await slot.receive();
    },
    async [Symbol.asyncDispose]() {},
  });
}

/** Creates a ring, opens it, sends one message, and closes both ends. */
function ring(): Promise<Cycles> {
  const name = uniqueName();
  return Promise.resolve({
    async cycle() {
      await using producer = createRing(name, { capacity: 100 });
      await using consumer = await openRing(name);
      producer.tryWrite(data);
      await consumer.readInto(buffer);
    },
    async [Symbol.asyncDispose]() {},
  });
}

/** Creates an object, opens it, takes it, fails to take it once more, and closes both. */
function sync(
  create: (name: string) => SyncObject,
  open: (name: string) => SyncObject,
): Promise<Cycles> {
  const name = uniqueName();
  return Promise.resolve({
    async cycle() {
      await using made = create(name);
      await using opened = open(name);
      if (made instanceof EventObject) made.set();
      await waitFor(opened);
      await waitFor(made, { timeout: 0 }).catch(() => {});
    },
    async [Symbol.asyncDispose]() {},
  });
}

/** Has a message echoed by a WebSocket on a connection of its own, and closes it. */
function webSocket(): Promise<Cycles> {
  const server = servePipe({ pipe: uniqueName() }, (_request, info) => {
    const { socket, response } = info.upgradeWebSocket();
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
  return Promise.resolve({
    async cycle() {
      await using client = await RawWebSocket.open(server.name);
      await client.send(whole(BINARY, data));
      await client.next();
      await client.send(whole(CLOSE));
      await client.next();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  });
}

/** Serves a request with a body over a connection of its own. */
function http(): Promise<Cycles> {
  const server = servePipe(
    async (request) => new Response(await request.text()),
    { pipe: uniqueName() },
  );
  return Promise.resolve({
    async cycle() {
      await using pipe = createPipeClient(server.name);
      const init = { pipe, method: "POST", body: data };
      await (await pipeFetch("http://./", init)).bytes();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  });
}

/** Sends a message of JSON over a connection that stays, and cancels a read. */
async function framing(): Promise<Cycles> {
  const listener = listenPipe(uniqueName());
  const client = await connectPipe(listener.name);
  const server = await listener.accept();
  return {
    async cycle() {
      const writer = new FramedConnection(client, "line");
      const reader = new FramedConnection(server, "line", { maxSize: 1000 });
      await writer.writeJson({ text: "x".repeat(100) });
      await reader.readJson();
      await reader.readJson({ timeout: 0 }).catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

/** Lists the named objects, with the targets of links. */
function objects(): Promise<Cycles> {
  const event = createEvent(uniqueName());
  return Promise.resolve({
    cycle() {
      listObjects();
      return Promise.resolve();
    },
    [Symbol.asyncDispose]() {
      event.close();
      return Promise.resolve();
    },
  });
}

/** Gives up a read. */
async function abort(): Promise<Cycles> {
  const listener = listenPipe(uniqueName());
  const client = await connectPipe(listener.name);
  const server = await listener.accept();
  return {
    async cycle() {
      const controller = new AbortController();
      const read = client.read(buffer, { signal: controller.signal });
      queueMicrotask(() => controller.abort());
      await read.catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

async function measure(open: () => Promise<Cycles>): Promise<void> {
  const run = async (cycles: number) => {
    await using each = await open();
    for (let i = 0; i < cycles; i++) await each.cycle();
  };
  await run(Number(count) / 10);
  const before = await settled();
  let seconds: number | undefined;
  const round = async () => {
    const since = performance.now();
    await run(Number(count));
    seconds ??= (performance.now() - since) / 1000;
  };
  const { bytes, handles } = await growth(round, before, {
    maxThreads: before.threads,
    maxHandles: 0,
  });
  say(JSON.stringify({
    handlesBefore: before.handles,
    handles,
    bytes,
    seconds,
  }));
}
