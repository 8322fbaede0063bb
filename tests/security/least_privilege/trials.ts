/** Each use of winipc, tried for real: what it needs besides stands ready in another process. */

import * as winipc from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";

const EVERYBODY = "D:(A;;GA;;;WD)";
const BYTES = new Uint8Array([1, 2, 3]);
const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: x",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");

const kept: unknown[] = [];

/** What the other process has ready: its objects share one name. */
export interface Ready {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly file: string;
}

type Trial = (ready: Ready) => unknown;

/** Uses it, or throws. */
export const TRIALS: Readonly<Record<string, Trial>> = {
  listenPipe: () => winipc.listenPipe(uniqueName()).close(),
  "listenPipe with sddl": () =>
    winipc.listenPipe(uniqueName(), { sddl: EVERYBODY }).close(),
  async connectPipe({ name }) {
    await using pipe = await winipc.connectPipe(name);
    await pipe.write(BYTES);
    await pipe.readMessage();
  },
  "connectPipe to another computer": () =>
    orNotFound(() => winipc.connectPipe("\\\\winipc.invalid\\pipe\\x")),
  callPipe: ({ name }) => winipc.callPipe(name, BYTES),
  pipeInfo: ({ name }) => winipc.pipeInfo(name),
  // Wine lists no pipes, which is told as such.
  listPipes: () => orNotSupported(() => winipc.listPipes()),
  async "impersonate and peerUser"() {
    using listener = winipc.listenPipe(uniqueName());
    using client = await winipc.connectPipe(listener.name, {
      impersonation: "impersonation",
    });
    using server = await listener.accept();
    await client.write(BYTES);
    await server.read(new Uint8Array(3));
    server.peerUser();
    server.impersonate(() => {});
  },
  createAnonymousPipe: () => winipc.createAnonymousPipe().close(),
  async spawn() {
    await using child = winipc.spawn("cmd.exe", {
      args: ["/c", "exit 3"],
      stdout: "null",
      windowsHide: true,
    });
    expect((await child.status).code, 3);
  },
  async "spawn with newConsole"() {
    await using child = winipc.spawn("cmd.exe", {
      args: ["/c", "exit 4"],
      newConsole: true,
    });
    expect((await child.status).code, 4);
  },
  inheritedHandle() {
    const event = winipc.createEvent(null);
    // As a child does it. Both own the handle then, and neither is dropped.
    const same = winipc.inheritedHandle(winipc.handleValue(event), "event");
    same.set();
    kept.push(event, same);
  },
  handleValue: () => throws(TypeError, () => winipc.handleValue({} as never)),
  createMailslot: () => winipc.createMailslot(uniqueName()).close(),
  "createMailslot with sddl": () =>
    winipc.createMailslot(uniqueName(), { sddl: EVERYBODY }).close(),
  async openMailslot({ name }) {
    await using sender = await winipc.openMailslot(name);
    await sender.send(BYTES);
  },
  "openMailslot to another computer": () =>
    orNotFound(() => winipc.openMailslot("\\\\winipc.invalid\\mailslot\\x")),
  createEvent: () => winipc.createEvent(uniqueName()).close(),
  "createEvent with sddl": () =>
    winipc.createEvent(uniqueName(), { sddl: EVERYBODY }).close(),
  openEvent: ({ name }) => winipc.openEvent(`${name}.event`).close(),
  createMutex: () => winipc.createMutex(uniqueName()).close(),
  "createMutex with sddl": () =>
    winipc.createMutex(uniqueName(), { sddl: EVERYBODY }).close(),
  openMutex: ({ name }) => winipc.openMutex(`${name}.mutex`).close(),
  createSemaphore: () =>
    winipc.createSemaphore(uniqueName(), { max: 1 }).close(),
  "createSemaphore with sddl": () =>
    winipc.createSemaphore(uniqueName(), { max: 1, sddl: EVERYBODY }).close(),
  openSemaphore: ({ name }) =>
    winipc.openSemaphore(`${name}.semaphore`).close(),
  openProcess: ({ pid }) => winipc.openProcess(pid).close(),
  async waitFor({ name }) {
    using event = winipc.openEvent(`${name}.event`);
    await winipc.waitFor(event);
  },
  async waitForAny({ name }) {
    using event = winipc.openEvent(`${name}.event`);
    await winipc.waitForAny([event]);
  },
  async waitForAll({ name }) {
    using event = winipc.openEvent(`${name}.event`);
    await winipc.waitForAll([event]);
  },
  listObjects({ name }) {
    const { objects } = winipc.listObjects({ pattern: `${name}.memory` });
    expect(objects.map(({ kind }) => kind).join(), "section");
  },
  createSharedMemory: () => memory().close(),
  "createSharedMemory with sddl": () => memory({ sddl: EVERYBODY }).close(),
  openSharedMemory({ name }) {
    using memory = winipc.openSharedMemory(`${name}.memory`);
    memory.write(BYTES);
    expect(memory.read(0, 3).join(), BYTES.join());
  },
  "view of memory"() {
    using mine = memory();
    mine.view().set(BYTES);
  },
  mapFile({ file }) {
    using mapping = winipc.mapFile(file, { access: "copy-on-write" });
    mapping.write(BYTES);
  },
  createRing: () => ring().close(),
  "createRing with sddl": () => ring({ sddl: EVERYBODY }).close(),
  "createRing with zeroCopy": () => ring({ zeroCopy: true }).close(),
  openRing: () => opened({}),
  "openRing with sddl": () => opened({ sddl: EVERYBODY }),
  "openRing with zeroCopy": () => opened({ zeroCopy: true }),
  sendCopyData: ({ name }) => winipc.sendCopyData({ title: name }, BYTES),
  findWindows: ({ name }) =>
    expect(winipc.findWindows({ title: name }).length, 1),
  listWindows: () => winipc.listWindows(),
  registerMessage: () => winipc.registerMessage("winipc.test.least"),
  postRegistered: ({ name }) =>
    winipc.postRegistered({ title: name }, "winipc.test.least"),
  broadcastRegistered: () => winipc.broadcastRegistered("winipc.test.least"),
  listenMessages: () => winipc.listenMessages()[Symbol.asyncDispose](),
  listenRegistered: () =>
    winipc.listenRegistered(["winipc.test.least"])[Symbol.asyncDispose](),
  readClipboard: () => winipc.readClipboard(),
  writeClipboard: () => winipc.writeClipboard("least privilege"),
  clearClipboard: () => winipc.clearClipboard(),
  clipboardFormats: () => winipc.clipboardFormats(),
  clipboardSequence: () => winipc.clipboardSequence(),
  watchClipboard: () => winipc.watchClipboard()[Symbol.asyncDispose](),
  serveDde: () =>
    winipc.serveDde(uniqueName(), { topics: { topic: {} } })
      [Symbol.asyncDispose](),
  connectDde: () =>
    throws(
      Deno.errors.NotFound,
      () => winipc.connectDde(uniqueName(), "topic"),
    ),
  listDdeServices: () => winipc.listDdeServices(uniqueName(), "topic"),
  serveRpc: () => served({}),
  "serveRpc with sddl": () => served({ sddl: EVERYBODY }),
  connectRpc: () => served({}),
  async listenSocket() {
    await using _listener = await winipc.listenSocket();
  },
  async connectSocket({ port }) {
    await using _socket = await winipc.connectSocket(port);
  },
  async "relay between pipes"({ name }) {
    const end = uniqueName();
    await using _relay = await winipc.relay(
      `pipe-listen:${end}`,
      `pipe:${name}`,
      { mode: "message" },
    );
    await using pipe = await winipc.connectPipe(end);
    await pipe.write(BYTES);
    expect((await pipe.readMessage())?.join(), BYTES.join());
  },
  async pipeFetch({ name }) {
    using pipe = winipc.createPipeClient(`${name}.http`);
    const response = await winipc.pipeFetch("http://./", { pipe });
    expect(await response.text(), "ok");
  },
  encodeFrame: () => winipc.encodeFrame(BYTES, "u8"),
  async readExactly() {
    const source = {
      read: (buffer: Uint8Array) => Promise.resolve(buffer.length),
    };
    expect((await winipc.readExactly(source, 3)).length, 3);
  },
  servePipe: () => servedHttp(),
  "servePipe with sddl": () => servedHttp({ sddl: EVERYBODY }),
  async "servePipe with info.user()"() {
    const pipe = uniqueName();
    const seen = Promise.withResolvers<winipc.PipeUser>();
    seen.promise.catch(() => {});
    await using _server = winipc.servePipe({ pipe }, (_request, info) => {
      Promise.try(() => info.user()).then(seen.resolve, seen.reject);
      return new Response();
    });
    using client = winipc.createPipeClient(pipe);
    await winipc.pipeFetch("http://./", { pipe: client });
    expect(typeof (await seen.promise).name, "string");
  },
  async "servePipe with info.upgradeWebSocket()"() {
    const pipe = uniqueName();
    await using _server = winipc.servePipe({ pipe }, (_request, info) => {
      const { socket, response } = info.upgradeWebSocket();
      socket.onopen = () => socket.close();
      return response;
    });
    await using client = await winipc.connectPipe(pipe);
    await client.write(new TextEncoder().encode(UPGRADE));
    const head = new TextDecoder().decode(await winipc.readExactly(client, 12));
    expect(head, "HTTP/1.1 101");
  },
  createPipeClient: ({ name }) => winipc.createPipeClient(name).close(),
  trace: () => winipc.trace({ sink() {} }).stop(),
  "trace to a file": ({ file }) =>
    winipc.trace({ file: `${file}.calls` }).stop(),
  requiredLibraries: () => winipc.requiredLibraries("pipe"),
  minimalFlags: () => winipc.minimalFlags("listenPipe"),
  lockNativeAccess: () =>
    throws(TypeError, () => winipc.lockNativeAccess(["x" as never])),
};

async function servedHttp(options = {}): Promise<void> {
  const pipe = uniqueName();
  await using _server = winipc.servePipe(
    { pipe, ...options },
    () => new Response("ok"),
  );
  using client = winipc.createPipeClient(pipe);
  const response = await winipc.pipeFetch("http://./", { pipe: client });
  expect(await response.text(), "ok");
}

function memory(options = {}): winipc.SharedMemory {
  return winipc.createSharedMemory(uniqueName(), { size: 64, ...options });
}

function ring(options = {}, name = uniqueName()): winipc.RingProducer {
  return winipc.createRing(name, {
    capacity: 64,
    zeroCopy: false,
    ...options,
  });
}

async function opened(options: winipc.RingOptions): Promise<void> {
  const name = uniqueName();
  using producer = ring({}, name);
  using consumer = await winipc.openRing(name, { zeroCopy: false, ...options });
  await producer.write(BYTES);
  expect((await consumer.read())?.join(), BYTES.join());
}

async function served(options: { sddl?: string }): Promise<void> {
  const uuid = crypto.randomUUID();
  const binding = `ncalrpc:[${uniqueName()}]`;
  await using server = await winipc.serveRpc({
    bindings: [binding],
    interfaces: { uuid, procedures: [(bytes) => bytes] },
    ...options,
  });
  using client = await winipc.connectRpc(binding, { uuid });
  expect((await client.call(0, BYTES)).join(), BYTES.join());
  server.close();
}

async function throws(
  type: new (...args: never[]) => Error,
  work: () => unknown,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof type) return;
    throw error;
  }
  throw new Error("Nothing was thrown");
}

/** Nobody answers by that name. */
async function orNotFound(work: () => Promise<Disposable>): Promise<void> {
  try {
    using _opened = await work();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function orNotSupported(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotSupported)) throw error;
  }
}

function expect(actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`${actual} is not ${expected}`);
}
