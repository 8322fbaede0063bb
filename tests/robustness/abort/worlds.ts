/** Objects with an operation that waits, and what lets it go on. */

import {
  connectPipe,
  connectSocket,
  createAnonymousPipe,
  createEvent,
  createMailslot,
  createMutex,
  createRing,
  createSemaphore,
  encodeFrame,
  FramedConnection,
  listenMessages,
  listenPipe,
  listenSocket,
  openMailslot,
  openRing,
  sendCopyData,
  waitFor,
  waitForAll,
} from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";

/**
 * An object. `wait` resolves to the number that `feed` gave, each of which it
 * gives once. For what sends it is the other way round: `wait` sends its
 * argument, and `feed` takes what arrives, and gives it.
 */
export interface World extends AsyncDisposable {
  wait(signal: AbortSignal | undefined, number: number): Promise<number>;
  feed(number: number): Promise<number | undefined> | undefined;
  /** Closes the object, not what is on its other side, unless that is all there is. */
  close(): void;
  /** How a wait ends then; by `BadResource` otherwise. */
  readonly closed?: readonly string[];
  /** So many turns of the event loop an operation may take, where that is more than two. */
  readonly turns?: number;
}

const LARGE = 8192;

function packed(number: number, size = 8): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setFloat64(0, number);
  return bytes;
}

function unpacked(bytes: Uint8Array | null): number {
  if (bytes === null) return NaN;
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
}

/** Makes a world of its parts, which owns what `stack` does. */
export function world(
  stack: AsyncDisposableStack,
  parts: Omit<World, keyof AsyncDisposable>,
): World {
  return { ...parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function pipes(stack: AsyncDisposableStack, inputBuffer = 4096) {
  const listener = stack.use(
    listenPipe(uniqueName(), { mode: "message", inputBuffer }),
  );
  const client = stack.use(await connectPipe(listener.name));
  return { listener, client, server: stack.use(await listener.accept()) };
}

/** What receives: each number that is fed comes out of one wait. */
export const RECEIVING: Readonly<Record<string, () => Promise<World>>> = {
  async "pipe read"() {
    const stack = new AsyncDisposableStack();
    const { client, server } = await pipes(stack);
    return world(stack, {
      wait: async (signal) => unpacked(await server.readMessage({ signal })),
      feed: (number) => void client.write(packed(number)).catch(() => {}),
      close: () => server.close(),
    });
  },
  /** Its bytes come in two parts: a read that is cancelled in between keeps the first. */
  async "framed read"() {
    const stack = new AsyncDisposableStack();
    const listener = stack.use(listenPipe(uniqueName()));
    const client = stack.use(await connectPipe(listener.name));
    const server = stack.use(await listener.accept());
    const frames = new FramedConnection(server, "u16be");
    return world(stack, {
      wait: async (signal) => unpacked(await frames.readMessage({ signal })),
      async feed(number) {
        const frame = encodeFrame(packed(number), "u16be");
        await client.write(frame.subarray(0, 5));
        await client.write(frame.subarray(5));
        return undefined;
      },
      close: () => server.close(),
    });
  },
  "pipe accept"() {
    const stack = new AsyncDisposableStack();
    const listener = stack.use(listenPipe(uniqueName()));
    const buffer = new Uint8Array(8);
    return Promise.resolve(world(stack, {
      async wait(signal) {
        using server = await listener.accept({ signal });
        await server.read(buffer);
        return unpacked(buffer);
      },
      async feed(number) {
        using client = await connectPipe(listener.name);
        await client.write(packed(number));
        return undefined;
      },
      close: () => listener.close(),
    }));
  },
  async "socket accept"() {
    const stack = new AsyncDisposableStack();
    const listener = stack.use(await listenSocket());
    const buffer = new Uint8Array(8);
    return world(stack, {
      async wait(signal) {
        using server = await listener.accept({ signal });
        await server.read(buffer);
        return unpacked(buffer);
      },
      async feed(number) {
        using client = await connectSocket(listener.local.port);
        await client.write(packed(number));
        return undefined;
      },
      close: () => listener.close(),
    });
  },
  async "anonymous pipe read"() {
    return await anonymous("none");
  },
  async "blocking pipe read"() {
    return await anonymous("both");
  },
  async "mailslot receive"() {
    const stack = new AsyncDisposableStack();
    const slot = stack.use(createMailslot(uniqueName()));
    const sender = stack.use(await openMailslot(slot.name));
    return world(stack, {
      wait: async (signal) => unpacked(await slot.receive({ signal })),
      feed: (number) => void sender.send(packed(number)).catch(() => {}),
      close: () => slot.close(),
    });
  },
  "ring read": () => ring(true),
  "ring read by copy": () => ring(false),
  event: () => {
    const event = createEvent(null);
    return sync(event, () => event.set());
  },
  semaphore: () => {
    const semaphore = createSemaphore(null, { initial: 0, max: 1 });
    return sync(semaphore, () => semaphore.release());
  },
  async "two events at once"() {
    const stack = new AsyncDisposableStack();
    const events = [stack.use(createEvent(null)), stack.use(createEvent(null))];
    let fed = NaN;
    return await Promise.resolve(world(stack, {
      async wait(signal) {
        await waitForAll(events, { signal });
        return fed;
      },
      feed(number) {
        fed = number;
        for (const event of events) event.set();
        return undefined;
      },
      close: () => events[0]!.close(),
    }));
  },
  async "mutex lock"() {
    const stack = new AsyncDisposableStack();
    const name = uniqueName();
    const [mine, theirs] = [
      stack.use(createMutex(name)),
      stack.use(createMutex(name)),
    ];
    let lock = theirs.tryLock();
    let fed = NaN;
    return await Promise.resolve(world(stack, {
      async wait(signal) {
        (await mine.lock({ signal })).release();
        lock = theirs.tryLock();
        return fed;
      },
      feed(number) {
        fed = number;
        lock?.release();
        return undefined;
      },
      close: () => mine.close(),
    }));
  },
  async "socket read"() {
    const stack = new AsyncDisposableStack();
    const listener = stack.use(await listenSocket());
    const client = stack.use(await connectSocket(listener.local.port));
    const server = stack.use(await listener.accept());
    const buffer = new Uint8Array(8);
    return world(stack, {
      async wait(signal) {
        await server.read(buffer, { signal });
        return unpacked(buffer);
      },
      feed: (number) => void client.write(packed(number)).catch(() => {}),
      close: () => server.close(),
    });
  },
};

/** What receives on a thread of its own, whose heap grows and shrinks as it likes. */
export const ON_THREAD: Readonly<Record<string, () => Promise<World>>> = {
  async "message receive"() {
    const stack = new AsyncDisposableStack();
    const listener = stack.use(listenMessages());
    return await Promise.resolve(world(stack, {
      wait: async (signal) =>
        unpacked((await listener.receive({ signal })).bytes),
      feed: (number) =>
        void sendCopyData(listener, packed(number)).catch(() => {}),
      close: () => listener.close(),
    }));
  },
};

/** What sends: a wait that succeeds has sent its number, and no other has. */
export const SENDING: Readonly<Record<string, () => Promise<World>>> = {
  async "pipe write"() {
    const stack = new AsyncDisposableStack();
    const { listener, ...first } = await pipes(stack, 1024);
    let { client } = first;
    const servers = [first.server];
    const closeAll = () => [client, ...servers].forEach((end) => end.close());
    stack.defer(closeAll);
    return world(stack, {
      async wait(signal, number) {
        const bytes = packed(number, LARGE);
        try {
          await client.write(bytes, { signal });
        } catch (error) {
          // One before was given up, so that the connection takes no more.
          if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
          client.close();
          client = await connectPipe(listener.name);
          servers.push(await listener.accept());
          await client.write(bytes, { signal });
        }
        return number;
      },
      async feed() {
        for (;;) {
          const number = await taken(servers[0]!.readMessage({ timeout: 0 }));
          if (!Number.isNaN(number)) return number;
          // The next one is on its way.
          if (servers.length === 1) return undefined;
          servers.shift()!.close();
        }
      },
      close: () => client.close(),
    });
  },
  async "mailslot send"() {
    const stack = new AsyncDisposableStack();
    const slot = stack.use(createMailslot(uniqueName()));
    const sender = stack.use(await openMailslot(slot.name));
    return world(stack, {
      async wait(signal, number) {
        await sender.send(packed(number), { signal });
        return number;
      },
      feed: () => taken(slot.receive({ timeout: 0 })),
      close: () => sender.close(),
    });
  },
  async "ring write"() {
    const stack = new AsyncDisposableStack();
    const name = uniqueName();
    const producer = stack.use(createRing(name, { capacity: 16 }));
    const consumer = stack.use(await openRing(name));
    return world(stack, {
      async wait(signal, number) {
        await producer.write(packed(number), { signal });
        return number;
      },
      feed: () => taken(consumer.read({ timeout: 0 })),
      close: () => producer.close(),
    });
  },
};

async function taken(
  reading: Promise<Uint8Array | null>,
): Promise<number | undefined> {
  try {
    return unpacked(await reading);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    // Of a large message that was given up half way nothing has come.
    if (error instanceof Deno.errors.UnexpectedEof) return undefined;
    throw error;
  }
}

async function anonymous(inheritable: "none" | "both"): Promise<World> {
  const stack = new AsyncDisposableStack();
  const { read, write } = stack.use(createAnonymousPipe({ inheritable }));
  const buffer = new Uint8Array(8);
  return await Promise.resolve(world(stack, {
    async wait(signal) {
      await read.read(buffer, { signal });
      return unpacked(buffer);
    },
    feed: (number) => void write.write(packed(number)).catch(() => {}),
    close: () => read.close(),
  }));
}

async function ring(zeroCopy: boolean): Promise<World> {
  const stack = new AsyncDisposableStack();
  const name = uniqueName();
  const producer = stack.use(createRing(name, { capacity: 64, zeroCopy }));
  const consumer = stack.use(await openRing(name, { zeroCopy }));
  return world(stack, {
    wait: async (signal) => unpacked(await consumer.read({ signal })),
    feed: (number) => void producer.tryWrite(packed(number)),
    close: () => consumer.close(),
  });
}

async function sync(
  object: ReturnType<typeof createEvent | typeof createSemaphore>,
  signalIt: () => void,
): Promise<World> {
  const stack = new AsyncDisposableStack();
  stack.use(object);
  let fed = NaN;
  return await Promise.resolve(world(stack, {
    async wait(signal) {
      await waitFor(object, { signal });
      return fed;
    },
    feed(number) {
      fed = number;
      signalIt();
      return undefined;
    },
    close: () => object.close(),
  }));
}
