// Makes objects of each kind and drops them without close(); run with
// --v8-flags=--expose-gc. Says for each kind how many handles are left, when the
// collector has been there, and what was reported of it.
import {
  connectPipe,
  connectRpc,
  connectSocket,
  createAnonymousPipe,
  createEvent,
  createMailslot,
  createMutex,
  createRing,
  createSemaphore,
  createSharedMemory,
  listenMessages,
  listenPipe,
  listenSocket,
  mapFile,
  openEvent,
  openMailslot,
  openProcess,
  openRing,
  openSharedMemory,
  type PipeConnection,
  pipeFetch,
  sendCopyData,
  servePipe,
  serveRpc,
  trace,
  watchClipboard,
} from "../../../mod.ts";
import { onDropped } from "../../../lib/io/object/finalization.ts";
import { bytes, text, uniqueName } from "../../support/names.ts";
import { say } from "../../support/peer_side.ts";
import { handleCount } from "../../support/process_stats.ts";
import { isOpen } from "../../window/is_open.ts";

declare const gc: () => void;

const COUNT = 40;
/** After so many collections that change nothing, nothing more will go. */
const STILL = 20;

const dropped = new Map<string, number>();
onDropped((what) => {
  const kind = what.replace(/^The |^A /, "").split(/ "| \d/)[0]!;
  dropped.set(kind, (dropped.get(kind) ?? 0) + 1);
});

const served = { uuid: crypto.randomUUID() };
const rpc = await serveRpc({
  bindings: [`ncalrpc:[${uniqueName()}]`],
  interfaces: { ...served, procedures: [(bytes) => bytes] },
});

const http = servePipe({ pipe: uniqueName() }, () => new Response("unread"));
/** A signal that lasts as long as the program. */
const { signal } = new AbortController();

const KINDS: Record<string, () => unknown> = {
  event: () => createEvent(null),
  "opened event": () => {
    const name = uniqueName();
    return [createEvent(name), openEvent(name)];
  },
  semaphore: () => createSemaphore(null, { initial: 1, max: 1 }),
  mutex: () => createMutex(uniqueName()),
  process: () => openProcess(Deno.pid),
  "shared memory": () => {
    const name = uniqueName();
    const memory = createSharedMemory(name, { size: 4096 });
    memory.write(new Uint8Array(9));
    return [memory, openSharedMemory(name, { access: "read" })];
  },
  "shared memory with a view": () =>
    createSharedMemory(uniqueName(), { size: 4096 }).view().fill(1),
  "file mapping": () => mapFile(Deno.execPath(), { length: 4096 }),
  "anonymous pipe": () => createAnonymousPipe(),
  "blocking pipe": () => createAnonymousPipe({ inheritable: "both" }),
  listener: () => listenPipe(uniqueName(), { backlog: 2 }),
  "pipe connection": async () => {
    const listener = listenPipe(uniqueName(), { backlog: 1, maxInstances: 2 });
    for (let i = 0; i < 2; i++) {
      await connectPipe(listener.name);
      await listener.accept();
    }
  },
  "unread response": async () => {
    await pipeFetch("http://./", { pipe: http.name, signal });
  },
  "RPC client": async () => {
    const client = await connectRpc(rpc.bindings[0]!, served);
    await client.call(0, bytes("answered"));
  },
  mailslot: async () => {
    const { name } = createMailslot(uniqueName());
    const sender = await openMailslot(name).catch(() => undefined);
    await sender?.send(bytes("never read")).catch(() => {});
  },
  ring: async () => {
    const name = uniqueName();
    const producer = createRing(name, { capacity: 1024 });
    const consumer = await openRing(name);
    await producer.write(bytes("never read"));
    return consumer;
  },
};

for (const [kind, make] of Object.entries(KINDS)) {
  await drop(make, 2);
  const before = await settled(0);
  await drop(make, COUNT);
  say(`${kind}: ${await settled(before) - before} left`);
}
rpc.close();
await rpc.closed;
await http.shutdown();
say(`dropped: ${[...dropped.keys()].sort().join(", ")}`);
say(`windows: ${await windowsLeft()}`);
say(`a pending receive: ${await pendingReceive()}`);
say(`a pending read: ${await pendingRead()}`);
say(`a pending accept: ${await pendingAccept()}`);
say(`a listener without room: ${await refilled()}`);
say(`a view: ${await viewed()}`);
say(`the other end of a ring: ${await otherEnd()}`);
say(`a trace: ${await traced()}`);
say(`reads that timed out: ${await timedOut()}`);

/** In a function of its own, whose variables are gone when it returns. */
async function drop(make: () => unknown, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await make();
}

/** Collects until no more handles are left than `least`, or nothing changes any more. */
async function settled(least: number): Promise<number> {
  let last = handleCount();
  let same = 0;
  while (same < STILL && last > least) {
    await collect();
    const next = handleCount();
    same = next === last ? same + 1 : 0;
    last = next;
  }
  return last;
}

async function collect(): Promise<void> {
  gc();
  await new Promise((resolve) => setTimeout(resolve));
}

/** Listeners that are dropped close their windows; those with a handler stay. */
async function windowsLeft(): Promise<number> {
  const title = uniqueName();
  const handles: number[] = [];
  const windows = () => handles.filter((handle) => isOpen({ handle })).length;
  const listen = (handler?: () => number) => {
    const listener = listenMessages({ title }, handler);
    handles.push(listener.handle);
    return listener;
  };
  await drop(() => [listen(), watchClipboard()], COUNT);
  await drop(() => listen(() => 5).unref(), 1);
  let last = windows();
  for (let same = 0; same < STILL && last > 1;) {
    await collect();
    const next = windows();
    same = next === last ? same + 1 : 0;
    last = next;
  }
  for (let i = 0; i < STILL; i++) await collect();
  const answer = windows() > 0 ? await sendCopyData(title, bytes("?")) : 0;
  return answer === 5 ? windows() - 1 : NaN;
}

async function pendingReceive(): Promise<string> {
  const title = uniqueName();
  const receiving = listenMessages({ title }).receive();
  for (let i = 0; i < STILL; i++) await collect();
  await sendCopyData(title, bytes("received"));
  return text((await receiving).bytes);
}

/** A pending operation keeps its object, which nothing else does. */
async function pendingRead(): Promise<string> {
  const listener = listenPipe(uniqueName());
  const buffer = new Uint8Array(9);
  const reading = connectPipe(listener.name).then((c) => c.read(buffer));
  const server = await listener.accept();
  for (let i = 0; i < STILL; i++) await collect();
  await server.write(bytes("arrived"));
  const length = await reading;
  server.close();
  listener.close();
  return text(buffer.subarray(0, length!));
}

async function pendingAccept(): Promise<string> {
  const name = uniqueName();
  const accepting = listenPipe(name).accept();
  for (let i = 0; i < STILL; i++) await collect();
  await using client = await connectPipe(name);
  await using server = await accepting;
  await client.write(bytes("met"));
  const buffer = new Uint8Array(9);
  return text(buffer.subarray(0, (await server.read(buffer))!));
}

/** A dropped connection makes room for the next client. */
async function refilled(): Promise<string> {
  using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  const clients: PipeConnection[] = [];
  await drop(async () => {
    clients.push(await connectPipe(listener.name));
    await listener.accept();
  }, 1);
  const [client] = clients as [PipeConnection];
  let over = false;
  const ended = client.read(new Uint8Array(1)).finally(() => over = true);
  while (!over) await collect();
  await ended;
  // On Windows the instance counts until its client has gone, too.
  client.close();
  const wait = { timeout: 10_000, waitForPeer: true };
  (await connectPipe(listener.name, wait)).close();
  return "has room again";
}

/** A view keeps its memory, and the name of it. */
async function viewed(): Promise<string> {
  const name = uniqueName();
  const view = createSharedMemory(name, { size: 4096 }).view();
  for (let i = 0; i < STILL; i++) await collect();
  view.set(bytes("seen"));
  using other = openSharedMemory(name);
  return text(other.read(0, 4));
}

/** A ring whose one end is dropped is closed for the other. */
async function otherEnd(): Promise<string> {
  const name = uniqueName();
  await drop(() => createRing(name, { capacity: 64 }).write(bytes("last")), 1);
  const consumer = await openRing(name);
  const message = text(await consumer.read());
  const end = consumer.read();
  let over = false;
  end.finally(() => over = true).catch(() => {});
  while (!over) await collect();
  consumer.close();
  return `${message}, ${await end}`;
}

/** A read that times out leaves nothing behind, even while nothing comes. */
async function timedOut(): Promise<string> {
  await using listener = await listenSocket();
  await using client = await connectSocket(listener.local.port);
  await using _server = await listener.accept();
  const reasons: WeakRef<Error>[] = [];
  await drop(async () => {
    const reading = client.read(new Uint8Array(1), { timeout: 0 });
    await reading.catch((error) => reasons.push(new WeakRef(error)));
  }, COUNT);
  // A look at one keeps it for a while.
  for (let i = 0; i < STILL; i++) await collect();
  const kept = reasons.filter((each) => each.deref() !== undefined).length;
  // V8 may hold the last ones longer.
  return kept > 2 ? `${kept} kept` : "forgotten";
}

async function traced(): Promise<string> {
  const calls = new Set<string>();
  const name = uniqueName();
  using _trace = trace({
    sink: ({ name: call, object, dropped }) => {
      if (dropped && object === name) calls.add(call);
    },
  });
  await drop(() => createEvent(name), 1);
  for (let i = 0; i < 10 * STILL && calls.size === 0; i++) await collect();
  return [...calls].join();
}
