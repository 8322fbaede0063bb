// The other side of faults. Each line is a name and a deed; it says "did DEED"
// when it has come so far, and holds what it has opened until it ends.
import * as winipc from "../../mod.ts";
import { bytes, pattern } from "../helpers/names.ts";
import { say, told } from "../helpers/peer_side.ts";

type Deed = (name: string) => unknown;

const LOOPS = 60;
const RPC_UUID = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";
const held = new Map<string, unknown>();

function keep<T>(key: string, object: T): T {
  held.set(key, object);
  return object;
}

function kept<T>(key: string): T {
  return held.get(key) as T;
}

const DEEDS: Readonly<Record<string, Deed>> = {
  nothing() {},

  async "pipe connect"(name) {
    keep(name, await winipc.connectPipe(name));
  },
  "pipe write": (name) => client(name).write(bytes("whole")),
  "pipe write much": (name) => client(name).write(pattern(100_000)),
  "pipe write garbage": (name) => client(name).write(pattern(5000, 77)),
  "pipe write half": (name) => client(name).write(bytes("4\nab")),
  "pipe read": (name) => client(name).read(new Uint8Array(1 << 20)),
  "pipe close": (name) => client(name).close(),
  async "pipe loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using client = await winipc.connectPipe(name);
      if (i % 2 === 0) await client.write(bytes("gone"));
    }
  },
  "pipe listen": (name) =>
    void keep(
      name,
      winipc.listenPipe(name, { mode: "message", inputBuffer: 64 }),
    ),
  async "pipe accept"(name) {
    const listener = kept<winipc.PipeListener>(name);
    keep(`${name}.server`, await listener.accept());
  },
  "pipe answer": (name) =>
    kept<winipc.PipeConnection>(`${name}.server`).write(bytes("late")),

  "mailslot create": (name) => void keep(name, winipc.createMailslot(name)),
  "mailslot close": (name) => kept<winipc.Mailslot>(name).close(),
  async "mailslot send"(name) {
    using sender = await winipc.openMailslot(name);
    await sender.send(bytes("whole"));
  },
  async "mailslot send much"(name) {
    using sender = await winipc.openMailslot(name);
    for (let i = 0; i < 500; i++) await sender.send(pattern(1000, i));
  },
  async "mailslot loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using sender = await winipc.openMailslot(name);
      if (i % 10 === 0) await sender.send(bytes("whole"));
    }
  },

  async "ring consume"(name) {
    keep(name, await winipc.openRing(name));
  },
  async "ring produce"(name) {
    keep(name, await winipc.openRing(name, { role: "producer" }));
  },
  "ring write": (name) => producer(name).write(bytes("whole")),
  "ring close": (name) => kept<winipc.RingEnd>(name).close(),
  "ring scribble"(name) {
    using memory = winipc.openSharedMemory(name);
    memory.write(new Uint8Array(600).fill(0xee), 512);
  },
  "ring half"(name) {
    // A message of which only the length is there, and the head that tells of it.
    using memory = winipc.openSharedMemory(name);
    memory.write(new Uint8Array(new Uint32Array([0xffff_fff0]).buffer), 512);
    memory.write(new Uint8Array(new Uint32Array([16]).buffer), 64);
  },

  "memory create": (name) => void memory(name).write(bytes("whole")),
  "memory loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using own = winipc.openSharedMemory(name);
      own.write(new Uint8Array([i]));
    }
  },
  async "file shorten"(name) {
    await Deno.truncate(name, 3).catch(() => {});
  },
  "file remove": (name) => Deno.remove(name).catch(() => {}),

  "mutex lock"(name) {
    keep(`${name}.lock`, keep(name, winipc.createMutex(name)).tryLock());
  },
  "event create": (name) => void keep(name, winipc.createEvent(name)),
  "event set": (name) => winipc.openEvent(name).set(),
  "semaphore take": (name) => winipc.waitFor(winipc.openSemaphore(name)),
  "event loop"(name) {
    for (let i = 0; i < LOOPS; i++) winipc.createEvent(name).close();
  },

  "window open": (name) =>
    void keep(name, winipc.listenMessages({ title: name })),
  "window slow": (name) =>
    void keep(
      name,
      winipc.listenMessages(
        { title: name, answerTimeout: 60_000 },
        () => new Promise<number>(() => {}),
      ),
    ),
  "window close": (name) => kept<winipc.MessageListener>(name).close(),
  "window send": (name) => winipc.sendCopyData(name, bytes("whole")),
  "window send much": (name) => winipc.sendCopyData(name, pattern(700_000)),
  "window send and wait"(name) {
    winipc.sendCopyData(name, bytes("whole")).catch(() => {});
  },
  async "window loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      await winipc.sendCopyData(name, bytes(String(i)));
    }
  },

  "dde serve": (name) =>
    void keep(
      name,
      winipc.serveDde(name, {
        topics: {
          topic: { items: { item: "whole", slow: { request: never } } },
        },
      }),
    ),
  "dde end": (name) => kept<winipc.DdeServer>(name).close(),

  async "rpc serve"(name) {
    keep(
      name,
      await winipc.serveRpc({
        bindings: [`ncalrpc:[${name}]`],
        interfaces: {
          uuid: RPC_UUID,
          procedures: [
            (request: Uint8Array) => request,
            never,
            () => new Uint8Array(100_000),
          ],
        },
      }),
    );
  },
  "rpc end": (name) => kept<winipc.RpcServer>(name).close(),
};

function never(): Promise<never> {
  return new Promise(() => {});
}

function client(name: string): winipc.PipeConnection {
  return kept(name);
}

function producer(name: string): winipc.RingProducer {
  return kept(name);
}

function memory(name: string): winipc.SharedMemory {
  return keep(name, winipc.createSharedMemory(name, { size: 4096 }));
}

for (let line = await told(); line !== undefined; line = await told()) {
  const at = line.indexOf(" ");
  const [name, deed] = [line.slice(0, at), line.slice(at + 1)];
  await DEEDS[deed]!(name);
  say(`did ${deed}`);
}
