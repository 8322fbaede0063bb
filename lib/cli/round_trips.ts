/**
 * A round trip by each mechanism: the demo measures it between two processes,
 * and `winipc doctor` tries it within its own.
 *
 * @module
 */
import {
  connectDde,
  connectPipe,
  connectRpc,
  connectSocket,
  createEvent,
  createMailslot,
  createSharedMemory,
  type EventObject,
  listenMessages,
  listenPipe,
  listenSocket,
  mapFile,
  openMailslot,
  openSharedMemory,
  readClipboard,
  sendCopyData,
  serveDde,
  serveRpc,
  waitFor,
  watchClipboard,
  writeClipboard,
} from "../../mod.ts";
import { abortable } from "./connection/abort.ts";
import { DemoFile } from "./demo/file.ts";
import type { ScenarioName } from "./demo/spec.ts";

interface Answering {
  /** A free name. */
  readonly name: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Reports its address, once it is ready. */
  ready(where: string): void;
}

interface Asking {
  /** The address from {@linkcode Answering.ready}. */
  readonly where: string;
  readonly signal: AbortSignal;
  /** Closes opened objects at the end. */
  readonly stack: AsyncDisposableStack;
}

interface RoundTrip {
  /** Answers until the signal is aborted, or the other side has left. */
  answer(to: Answering): Promise<void>;
  /** Opens it; the returned function makes one round trip. */
  ask(from: Asking): Promise<() => Promise<void>>;
}

/** The message: 16 bytes. */
export const MESSAGE: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  "winipc demo ping",
);
const SIZE = MESSAGE.byteLength;

/** Throws for an answer that is not {@linkcode MESSAGE}. */
function expectAnswer(answer: Uint8Array | null): void {
  if (answer?.toHex() === MESSAGE.toHex()) return;
  throw new Error("The answer is not what was sent");
}

// Round trips through memory, which does not announce changes: an event does,
// for each direction.

/** Through a section. */
const shm: RoundTrip = {
  async answer({ name, signal, ready }) {
    using memory = createSharedMemory(name, { size: 2 * SIZE });
    await echoIn(memory, { name, signal, ready, where: name });
  },
  ask({ where, signal, stack }) {
    const memory = stack.use(openSharedMemory(where));
    return Promise.resolve(
      askIn(memory, { where, name: where, signal, stack }),
    );
  },
};

/** Through a file that both sides map. */
const map: RoundTrip = {
  async answer({ name, signal, ready }) {
    await using file = await DemoFile.create(new Uint8Array(2 * SIZE));
    using mapping = mapFile(file.path, { access: "read-write" });
    await echoIn(mapping, {
      name,
      signal,
      ready,
      where: `${name}|${file.path}`,
    });
  },
  ask({ where, signal, stack }) {
    const [name = "", path = ""] = where.split("|");
    const mapping = stack.use(mapFile(path, { access: "read-write" }));
    return Promise.resolve(askIn(mapping, { where, name, signal, stack }));
  },
};

interface Memory {
  read(offset: number, length: number): Uint8Array;
  write(bytes: Uint8Array, offset?: number): void;
}

function eventsOf(name: string): [there: EventObject, back: EventObject] {
  return [createEvent(`${name}-there`), createEvent(`${name}-back`)];
}

async function echoIn(
  memory: Memory,
  { name, where, signal, ready }: Answering & { where: string },
): Promise<void> {
  const [there, back] = eventsOf(name);
  using _there = there;
  using _back = back;
  ready(where);
  for (;;) {
    await waitFor(there, { signal });
    memory.write(memory.read(0, SIZE), SIZE);
    back.set();
  }
}

function askIn(
  memory: Memory,
  { name, signal, stack }: Asking & { name: string },
): () => Promise<void> {
  const [there, back] = eventsOf(name);
  stack.use(there);
  stack.use(back);
  return async () => {
    memory.write(MESSAGE);
    there.set();
    await waitFor(back, { signal });
    expectAnswer(memory.read(SIZE, SIZE));
  };
}

const pipe: RoundTrip = {
  async answer({ name, signal, ready }) {
    await using listener = listenPipe(name, { mode: "message" });
    ready(listener.name);
    await using client = await listener.accept({ signal });
    for (;;) {
      const message = await client.readMessage({ signal });
      if (message === null) return;
      await client.write(message, { signal });
    }
  },
  async ask({ where, signal, stack }) {
    const server = stack.use(
      await connectPipe(where, { mode: "message", signal }),
    );
    return async () => {
      await server.write(MESSAGE, { signal });
      expectAnswer(await server.readMessage({ signal }));
    };
  },
};

/** A mailslot has one direction: the answer has its own. */
const mailslot: RoundTrip = {
  async answer({ name, signal, ready }) {
    await using there = createMailslot(name);
    ready(name);
    const back = { waitForPeer: true, signal };
    await using sender = await openMailslot(`${name}-back`, back);
    for (;;) {
      await sender.send(await there.receive({ signal }), { signal });
    }
  },
  async ask({ where, signal, stack }) {
    const back = stack.use(createMailslot(`${where}-back`));
    const there = stack.use(await openMailslot(where, { signal }));
    return async () => {
      await there.send(MESSAGE, { signal });
      expectAnswer(await back.receive({ signal }));
    };
  },
};

const message: RoundTrip = {
  async answer({ name, signal, ready }) {
    await using _listener = listenMessages(
      { title: name },
      ({ bytes }) => bytes.byteLength,
    );
    ready(name);
    await abortable(new Promise<never>(() => {}), signal);
  },
  ask({ where, signal }) {
    return Promise.resolve(async () => {
      const answer = await sendCopyData(where, MESSAGE, { signal });
      if (answer !== SIZE) throw new Error(`The window answered ${answer}`);
    });
  },
};

const THERE = "winipc demo ping ";
const BACK = "winipc demo pong ";

const clipboard: RoundTrip = {
  async answer({ name, signal, ready }) {
    await using watcher = watchClipboard();
    ready(name);
    for (;;) {
      await watcher.receive({ signal });
      const { text } = await readClipboard({ signal });
      if (!text?.startsWith(THERE)) continue;
      await writeClipboard(text.replace(THERE, BACK), { signal });
    }
  },
  ask({ signal, stack }) {
    const watcher = stack.use(watchClipboard());
    let count = 0;
    return Promise.resolve(async () => {
      const number = ++count;
      await writeClipboard(`${THERE}${number}`, { signal });
      for (;;) {
        await watcher.receive({ signal });
        const { text } = await readClipboard({ signal });
        if (text === `${BACK}${number}`) return;
      }
    });
  },
};

const socket: RoundTrip = {
  async answer({ signal, ready }) {
    await using listener = await listenSocket();
    ready(String(listener.local.port));
    await using client = await listener.accept({ signal });
    const buffer = new Uint8Array(SIZE);
    for (;;) {
      const length = await client.read(buffer, { signal });
      if (length === null) return;
      await client.write(buffer.subarray(0, length), { signal });
    }
  },
  async ask({ where, signal, stack }) {
    const server = stack.use(await connectSocket(Number(where), { signal }));
    return async () => {
      await server.write(MESSAGE, { signal });
      const answer = new Uint8Array(SIZE);
      for (let at = 0; at < SIZE;) {
        const length = await server.read(answer.subarray(at), { signal });
        if (length === null) break;
        at += length;
      }
      expectAnswer(answer);
    };
  },
};

const ITEM = "echo";
const FORMAT = "winipc demo";

const dde: RoundTrip = {
  async answer({ name, signal, ready }) {
    const request = () => ({ [FORMAT]: MESSAGE });
    await using _server = serveDde(name, { topics: { [ITEM]: { request } } });
    ready(name);
    await abortable(new Promise<never>(() => {}), signal);
  },
  async ask({ where, signal, stack }) {
    const conversation = stack.use(await connectDde(where, ITEM, { signal }));
    const options = { format: FORMAT, signal };
    return async () =>
      expectAnswer((await conversation.request(ITEM, options)).bytes);
  },
};

const INTERFACE = { uuid: "1f6f2a6d-5d0e-4b0a-9c55-0a51c3a1f0be" };

const rpc: RoundTrip = {
  async answer({ name, signal, ready }) {
    const bindings = [`ncalrpc:[${name}]`];
    const procedures = [(bytes: Uint8Array) => bytes];
    await using _server = await serveRpc({
      bindings,
      interfaces: { ...INTERFACE, procedures },
    });
    ready(bindings[0]!);
    await abortable(new Promise<never>(() => {}), signal);
  },
  async ask({ where, signal, stack }) {
    const client = stack.use(await connectRpc(where, { ...INTERFACE, signal }));
    return async () => expectAnswer(await client.call(0, MESSAGE, { signal }));
  },
};

/** By mechanism. `anon` uses the echo process' own stdin and stdout. */
export const ROUND_TRIPS: Readonly<Partial<Record<ScenarioName, RoundTrip>>> = {
  pipe,
  mailslot,
  shm,
  map,
  message,
  clipboard,
  socket,
  rpc,
  dde,
};

/** Makes one round trip by `mechanism` within this process. */
export async function roundTrip(
  mechanism: ScenarioName,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const { answer, ask } = ROUND_TRIPS[mechanism]!;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const answering = answer({ name, signal: until, ready: resolve });
  const failed = Promise.withResolvers<never>();
  answering.catch((error) => {
    reject(error);
    failed.reject(error);
  });
  const asking = Promise.try(async () => {
    await using stack = new AsyncDisposableStack();
    const trip = await ask({ where: await promise, signal: until, stack });
    await trip();
  });
  try {
    await Promise.race([asking, failed.promise]);
  } finally {
    over.abort();
    await Promise.allSettled([asking, answering]);
  }
}
