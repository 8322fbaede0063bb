/** What a wait says when its time is over: what did not come about, and the limit that was given. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  connectDde,
  connectPipe,
  connectRpc,
  connectSocket,
  createAnonymousPipe,
  createEvent,
  createMailslot,
  createMutex,
  createRing,
  createSemaphore,
  listenMessages,
  listenPipe,
  listenSocket,
  openMailslot,
  openProcess,
  openRing,
  openSharedMemory,
  sendCopyData,
  serveDde,
  serveRpc,
  waitFor,
  waitForAll,
  waitForAny,
  type WaitOptions,
  watchClipboard,
} from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";

interface Wait {
  /** Waits for what does not come. */
  readonly wait: (options: WaitOptions) => Promise<unknown>;
  readonly expectedMessage: string;
}

type Make = (stack: AsyncDisposableStack) => Wait | Promise<Wait>;

/** More than a pipe keeps for a reader that is slow. */
const LARGE = new Uint8Array(4 << 20);

const WAITS: Readonly<Record<string, Make>> = {
  "pipe listen"(stack) {
    const { name } = stack.use(listenPipe(uniqueName()));
    return {
      wait: ({ timeout = 0 }) => listenPipe(name, { timeout }),
      expectedMessage: `Cannot listen on "${name}": the name did not come free`,
    };
  },
  "pipe accept"(stack) {
    const listener = stack.use(listenPipe(uniqueName()));
    return {
      wait: (options) => listener.accept(options),
      expectedMessage: `Cannot accept at "${listener.name}": no client came`,
    };
  },
  async "pipe connect, busy"(stack) {
    const { name } = stack.use(listenPipe(uniqueName(), { maxInstances: 1 }));
    stack.use(await connectPipe(name));
    return {
      wait: (options) => connectPipe(name, options),
      expectedMessage:
        `Cannot connect to "${name}": all its instances are taken, and none came free`,
    };
  },
  async "pipe read"(stack) {
    const { client } = await pipe(stack);
    return {
      wait: (options) => client.read(new Uint8Array(1), options),
      expectedMessage: `Cannot read from "${client.name}": nothing came`,
    };
  },
  async "pipe read, second in turn"(stack) {
    const { client } = await pipe(stack);
    client.readMessage().catch(() => {});
    return {
      wait: (options) => client.readMessage(options),
      expectedMessage: `Cannot read from "${client.name}": nothing came`,
    };
  },
  async "pipe write"(stack) {
    const { client } = await pipe(stack);
    return {
      wait: (options) => client.write(LARGE, options),
      expectedMessage:
        `Cannot write to "${client.name}": the other side did not read all of it`,
    };
  },
  async "pipe transact"(stack) {
    const { client } = await pipe(stack);
    return {
      wait: (options) => client.transact(bytes("?"), options),
      expectedMessage: `Cannot transact over "${client.name}": no answer came`,
    };
  },
  "anonymous pipe read, on a thread"(stack) {
    const { read } = stack.use(createAnonymousPipe({ inheritable: "both" }));
    return {
      wait: (options) => read.read(new Uint8Array(1), options),
      expectedMessage: `Cannot read from "${read.name}": nothing came`,
    };
  },
  "mailslot open"() {
    const name = uniqueName();
    return {
      wait: (options) => openMailslot(name, { ...options, waitForPeer: true }),
      expectedMessage:
        `Cannot open "\\\\.\\mailslot\\${name}": nobody created it`,
    };
  },
  "mailslot receive"(stack) {
    const slot = stack.use(createMailslot(uniqueName()));
    return {
      wait: (options) => slot.receive(options),
      expectedMessage: `Cannot receive from "${slot.name}": no message came`,
    };
  },
  "mailslot receive, by the slot's own limit"(stack) {
    const slot = stack.use(createMailslot(uniqueName()));
    return {
      wait({ timeout = 0 }) {
        slot.setReadTimeout(timeout);
        return slot.receive();
      },
      expectedMessage: `Cannot receive from "${slot.name}": no message came`,
    };
  },
  "mailslot peek"(stack) {
    const slot = stack.use(createMailslot(uniqueName()));
    return {
      wait: (options) => slot.peek(options),
      expectedMessage: `Cannot receive from "${slot.name}": no message came`,
    };
  },
  "message receive"(stack) {
    const title = uniqueName();
    const listener = stack.use(listenMessages({ title }));
    return {
      wait: (options) => listener.receive(options),
      expectedMessage:
        `Cannot receive from the listener "${title}": no message came`,
    };
  },
  "message send, no window"() {
    const title = uniqueName();
    return {
      wait: (options) =>
        sendCopyData(title, bytes("x"), { ...options, waitForPeer: true }),
      expectedMessage:
        `Cannot send to the window titled "${title}": there was no such window`,
    };
  },
  async "message send, no answer"(stack) {
    const title = uniqueName();
    const { promise, resolve } = Promise.withResolvers<number>();
    stack.use(listenMessages({ title }, () => promise));
    stack.defer(() => resolve(1));
    return await Promise.resolve({
      wait: (options: WaitOptions) => sendCopyData(title, bytes("x"), options),
      expectedMessage:
        `Cannot send to the window titled "${title}": it did not answer`,
    });
  },
  "clipboard watch"(stack) {
    const watcher = stack.use(watchClipboard());
    return {
      wait: (options) => watcher.receive(options),
      expectedMessage:
        "Cannot receive from the clipboard's watcher: nothing came",
    };
  },
  "DDE connect"() {
    const service = uniqueName();
    return {
      wait: ({ timeout }) =>
        connectDde(service, "t", { timeout, waitForPeer: true }),
      expectedMessage:
        `Cannot connect to the DDE service "${service}", topic "t": no server answered`,
    };
  },
  async "DDE request"(stack) {
    const { service, talk } = await dde(stack);
    return {
      wait: (options) => talk.request("silent", options),
      expectedMessage:
        `Cannot request "silent" of "${service}", topic "t": the server did not answer`,
    };
  },
  async "DDE poke"(stack) {
    const { service, talk } = await dde(stack);
    return {
      wait: (options) => talk.poke("silent", "x", options),
      expectedMessage:
        `Cannot poke "silent" of "${service}", topic "t": the server did not answer`,
    };
  },
  async "DDE execute"(stack) {
    const { service, talk } = await dde(stack);
    return {
      wait: (options) => talk.execute("[silent]", options),
      expectedMessage:
        `Cannot execute "[silent]" at "${service}", topic "t": the server did not answer`,
    };
  },
  async "DDE update"(stack) {
    const { talk } = await dde(stack);
    const advice = stack.use(await talk.advise("item"));
    return {
      wait: (options) => advice.receive(options),
      expectedMessage: `Cannot receive updates of "item": none came`,
    };
  },
  async "RPC call"(stack) {
    const uuid = crypto.randomUUID();
    // Over ncalrpc a call cannot be cancelled, and may outlast its test.
    const binding = `ncacn_np:[\\\\pipe\\\\${uniqueName()}]`;
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    const procedures = [() => promise];
    stack.use(
      await serveRpc({ bindings: [binding], interfaces: { uuid, procedures } }),
    );
    stack.defer(() => resolve(bytes("")));
    const client = stack.use(await connectRpc(binding, { uuid }));
    return {
      wait: (options) => client.call(0, bytes("?"), options),
      expectedMessage:
        `Cannot call procedure 0 at "${client.binding}": the server did not answer`,
    };
  },
  async "socket accept"(stack) {
    const listener = stack.use(await listenSocket());
    return {
      wait: (options) => listener.accept(options),
      expectedMessage: `Cannot accept at "${listener.name}": no client came`,
    };
  },
  async "socket read"(stack) {
    const client = await socket(stack);
    return {
      wait: (options) => client.read(new Uint8Array(1), options),
      expectedMessage: `Cannot read from "${client.name}": nothing came`,
    };
  },
  async "socket write"(stack) {
    const client = await socket(stack);
    return {
      async wait(options) {
        // Sockets keep more and more for a reader that is slow.
        for (;;) await client.write(LARGE, options);
      },
      expectedMessage:
        `Cannot write to "${client.name}": the other side did not read all of it`,
    };
  },
  "shared memory open"() {
    const name = uniqueName();
    return {
      wait: (options) =>
        openSharedMemory(name, { ...options, waitForPeer: true }),
      expectedMessage:
        `Cannot open the shared memory "${name}": nobody created it`,
    };
  },
  "rpc connect, before the server"() {
    // As above, an attempt over ncalrpc may outlast its test.
    const binding = `ncacn_np:[\\\\pipe\\\\${uniqueName()}]`;
    const uuid = crypto.randomUUID();
    return {
      wait: (options) =>
        connectRpc(binding, { ...options, uuid, waitForPeer: true }),
      expectedMessage: `Cannot connect to "${binding}": no server listened`,
    };
  },
  "ring open"() {
    const name = uniqueName();
    return {
      wait: (options) => openRing(name, { ...options, waitForPeer: true }),
      expectedMessage: `Cannot open the ring "${name}": nobody created it`,
    };
  },
  async "ring read"(stack) {
    const name = uniqueName();
    stack.use(createRing(name, { capacity: 64 }));
    const consumer = stack.use(await openRing(name));
    return {
      wait: (options) => consumer.read(options),
      expectedMessage: `Cannot read from the ring "${name}": nothing came`,
    };
  },
  "ring write"(stack) {
    const name = uniqueName();
    const producer = stack.use(createRing(name, { capacity: 64 }));
    while (producer.tryWrite(new Uint8Array(64)));
    return {
      wait: (options) => producer.write(new Uint8Array(64), options),
      expectedMessage: `Cannot write to the ring "${name}": there was no room`,
    };
  },
  "ring drained"(stack) {
    const name = uniqueName();
    const producer = stack.use(createRing(name, { capacity: 64 }));
    producer.tryWrite(bytes("x"));
    return {
      wait: (options) => producer.drained(options),
      expectedMessage:
        `Cannot drain the ring "${name}": the consumer did not read all of it`,
    };
  },
  event(stack) {
    const name = uniqueName();
    const event = stack.use(createEvent(name));
    return {
      wait: (options) => waitFor(event, options),
      expectedMessage:
        `Cannot wait for the event "${name}": it was not signaled`,
    };
  },
  semaphore(stack) {
    const name = uniqueName();
    const slots = stack.use(createSemaphore(name, { initial: 0, max: 1 }));
    return {
      wait: (options) => waitFor(slots, options),
      expectedMessage:
        `Cannot wait for the semaphore "${name}": it was not signaled`,
    };
  },
  mutex(stack) {
    const name = uniqueName();
    stack.use(createMutex(name)).tryLock();
    const mine = stack.use(createMutex(name));
    return {
      wait: (options) => mine.lock(options),
      expectedMessage: `Cannot lock the mutex "${name}": it did not come free`,
    };
  },
  process(stack) {
    const process = stack.use(openProcess(Deno.pid));
    return {
      wait: (options) => waitFor(process, options),
      expectedMessage:
        `Cannot wait for the process ${Deno.pid}: it was not signaled`,
    };
  },
  "one of a mutex and an event"(stack) {
    const name = uniqueName();
    stack.use(createMutex(name)).tryLock();
    const mine = stack.use(createMutex(name));
    const event = stack.use(createEvent(`${name}-e`));
    return {
      wait: (options) => waitForAny([mine, event], options),
      expectedMessage:
        `Cannot wait for the mutex "${name}", the event "${name}-e": none of them was signaled`,
    };
  },
  "all of five events"(stack) {
    const name = uniqueName();
    const events = [1, 2, 3, 4, 5].map((number) =>
      stack.use(createEvent(`${name}-${number}`))
    );
    return {
      wait: (options) => waitForAll(events, options),
      expectedMessage:
        `Cannot wait for the event "${name}-1", the event "${name}-2", the event "${name}-3", 2 more: not all of them were signaled`,
    };
  },
};

for (const [kind, make] of Object.entries(WAITS)) {
  Deno.test(`${kind}: a timeout says what did not come about, and its limit`, async () => {
    for (const timeout of [20, 0]) {
      await using stack = new AsyncDisposableStack();
      const { wait, expectedMessage } = await make(stack);
      const error = await assertRejects(() => wait({ timeout }), DOMException);
      assertEquals(
        [error.name, error.message],
        ["TimeoutError", `${expectedMessage} within ${timeout} ms`],
      );
    }
  });
}

async function pipe(stack: AsyncDisposableStack) {
  const listener = stack.use(listenPipe(uniqueName(), { mode: "message" }));
  const client = stack.use(await connectPipe(listener.name));
  return { client, server: stack.use(await listener.accept()) };
}

async function socket(stack: AsyncDisposableStack) {
  const listener = stack.use(await listenSocket());
  const client = stack.use(await connectSocket(listener.local.port));
  stack.use(await listener.accept());
  return client;
}

async function dde(stack: AsyncDisposableStack) {
  const service = uniqueName();
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent = async () => {
    await promise;
    return "";
  };
  const topic = {
    items: {
      item: "value",
      silent: { request: silent, poke: async () => await promise },
    },
    execute: async () => await promise,
  };
  stack.use(serveDde(service, { topics: { t: topic } }));
  stack.defer(() => resolve());
  return { service, talk: stack.use(await connectDde(service, "t")) };
}
