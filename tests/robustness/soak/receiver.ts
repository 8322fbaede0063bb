// The receiving side of the soak: receiver.ts NAME SEED. It receives on every
// way, gives up now and then, and tells its ledger and its weight when asked.
import {
  createMailslot,
  createRing,
  createSharedMemory,
  listenMessages,
  listenPipe,
  listenSocket,
  openEvent,
  openMutex,
  openSharedMemory,
  readClipboard,
  serveDde,
  serveRpc,
  waitFor,
  type WaitOptions,
  watchClipboard,
} from "../../../mod.ts";
import { Random } from "../fuzz/random.ts";
import { bytes } from "../../support/names.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { settled } from "../../support/settled.ts";
import { leak } from "./leak.ts";
import { Ledger } from "./ledger.ts";
import { CLIPBOARD_FORMAT, isTimeout, RPC_UUID, SLOT } from "./ways.ts";

const [name, seed] = Deno.args as [string, string];
const random = new Random("receiver", Number(seed));
const ledger = new Ledger();
const keep = leak();
const stack = new AsyncDisposableStack();

/** Asks again and again, and gives up in between. */
async function patiently<T>(
  ask: (wait: WaitOptions) => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      keep();
      return await ask(random.chance(0.2) ? { timeout: random.below(3) } : {});
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
  }
}

const pipe = stack.use(listenPipe(name, { mode: "message" }));
const slot = stack.use(createMailslot(name));
const ring = stack.use(
  createRing(`${name}.ring`, { capacity: 4096, role: "consumer" }),
);
const memory = stack.use(createSharedMemory(`${name}.memory`, { size: 4096 }));
const window = stack.use(listenMessages({ title: name }));
const clipboard = stack.use(watchClipboard());
const socket = stack.use(await listenSocket());
stack.use(serveDde(name, {
  topics: {
    topic: {
      items: {
        item: {
          value: "value",
          poke: ({ text }) => {
            ledger.add("dde", bytes(text ?? ""));
            return true;
          },
        },
      },
    },
  },
}));
stack.use(
  await serveRpc({
    bindings: [`ncalrpc:[${name}]`],
    interfaces: {
      uuid: RPC_UUID,
      procedures: [
        (request) => {
          ledger.add("rpc", request);
          return request;
        },
        // Later than the client has patience for.
        (request) =>
          new Promise((resolve) => setTimeout(() => resolve(request), 100)),
      ],
    },
  }),
);

async function pipes(): Promise<void> {
  for await (const connection of pipe) {
    await using server = connection;
    for (;;) {
      const message = await patiently((wait) => server.readMessage(wait));
      if (message === null) break;
      ledger.add("pipe", message);
    }
  }
}

async function mails(): Promise<void> {
  for (;;) {
    ledger.add(
      "mailslot",
      await patiently((wait) => slot.receive(wait)),
    );
  }
}

async function rings(): Promise<void> {
  for (;;) {
    const message = await patiently((wait) => ring.read(wait));
    if (message === null) return;
    ledger.add("ring", message);
  }
}

async function windows(): Promise<void> {
  for (;;) {
    const { bytes } = await patiently((wait) => window.receive(wait));
    ledger.add("message", bytes);
  }
}

/** What of the clipboard is the sender's, each once. */
async function clips(): Promise<void> {
  using taken = openEvent(`${name}.taken`);
  for (let last = 0;;) {
    await patiently((wait) => clipboard.receive(wait));
    const { text = "", formats } = await readClipboard({
      formats: [CLIPBOARD_FORMAT],
      timeout: 60_000,
    });
    const [whose, number, hex] = text.split(" ");
    if (whose !== name || Number(number) <= last) continue;
    last = Number(number);
    // Windows may round sizes up.
    const data = formats?.[CLIPBOARD_FORMAT]?.subarray(0, hex!.length / 2);
    if (data?.toHex() !== hex) throw new Error("Two forms that differ");
    ledger.add("clipboard", data!);
    taken.set();
  }
}

async function sockets(): Promise<void> {
  for await (const connection of socket) {
    await using server = connection;
    const buffer = new Uint8Array(4096);
    for (;;) {
      const length = await patiently((wait) => server.read(buffer, wait));
      if (length === null) break;
      // A stream has no messages: each byte is one.
      for (const byte of buffer.subarray(0, length)) {
        ledger.add("socket", Uint8Array.of(byte));
      }
    }
  }
}

/** A slot in memory that two events guard, and a counter that a mutex guards. */
async function slots(): Promise<void> {
  using full = openEvent(`${name}.full`);
  using empty = openEvent(`${name}.empty`);
  using mutex = openMutex(`${name}.mutex`);
  using shared = openSharedMemory(`${name}.memory`);
  for (;;) {
    await patiently((wait) => waitFor(full, wait));
    const [length] = shared.read(0, 1);
    ledger.add("shared memory", shared.read(8, length));
    empty.set();
    using _lock = await patiently((wait) => mutex.lock(wait));
    memory.write(Uint8Array.of(memory.read(SLOT, 1)[0]! + 1), SLOT);
    ledger.add("mutex", new Uint8Array());
  }
}

say(socket.local.port);
await readLine();
// They end with their objects.
for (const way of [pipes, mails, rings, windows, clips, sockets, slots]) {
  way().catch((error) => {
    if (!stack.disposed) throw error;
  });
}
for (let line = await readLine(); line !== undefined; line = await readLine()) {
  if (line === "weight") say(JSON.stringify(await settled()));
  else say(JSON.stringify(ledger.entries()));
}
await stack.disposeAsync();
Deno.exit();
