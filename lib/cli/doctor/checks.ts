import {
  clipboardFormats,
  connectDde,
  connectPipe,
  connectRpc,
  connectSocket,
  createEvent,
  createMailslot,
  createRing,
  createSharedMemory,
  listenMessages,
  listenPipe,
  listenSocket,
  listObjects,
  mapFile,
  minimalFlags,
  openMailslot,
  openRing,
  openSharedMemory,
  requiredLibraries,
  sendCopyData,
  serveDde,
  serveRpc,
  spawn,
  waitFor,
  watchClipboard,
} from "../../../mod.ts";

/** A check. */
export interface Attempt {
  /** Its minimal flag for `deno run`. */
  flag(wine: boolean): string;
  /** Creates, opens, writes and reads. Throws if that fails. */
  attempt(name: string, signal: AbortSignal): Promise<void>;
}

/** A mechanism with its checks. */
export interface Check extends Attempt {
  /** Its name on the command line. */
  readonly mechanism: string;
  /** Its name for people. */
  readonly title: string;
  /** Optional features, which need more flags; the fewest first. */
  readonly more?: readonly (Attempt & { readonly what: string })[];
}

const MESSAGE = new TextEncoder().encode("winipc");
/** Everyone may read and write. */
const EVERYBODY = "D:(A;;GA;;;WD)";
/** The mechanisms, in the order of the demo. */
export const CHECKS: readonly Check[] = [
  {
    mechanism: "pipe",
    title: "named pipes",
    flag: least("listenPipe"),
    async attempt(name, signal) {
      await using listener = listenPipe(name, { mode: "message" });
      await using client = await connectPipe(name, { signal });
      await using server = await listener.accept({ signal });
      await client.write(MESSAGE, { signal });
      expectMessage(await server.readMessage({ signal }));
    },
    more: [{
      what: "security descriptors",
      flag: least("listenPipe with sddl"),
      async attempt(name) {
        await using _listener = listenPipe(name, { sddl: EVERYBODY });
      },
    }],
  },
  {
    mechanism: "mailslot",
    title: "mailslots",
    flag: least("createMailslot"),
    async attempt(name, signal) {
      await using mailslot = createMailslot(name);
      await using sender = await openMailslot(name, { signal });
      await sender.send(MESSAGE, { signal });
      expectMessage(await mailslot.receive({ signal }));
    },
  },
  {
    mechanism: "shm",
    title: "shared memory",
    flag: least("createSharedMemory"),
    attempt(name) {
      using memory = createSharedMemory(name, { size: MESSAGE.byteLength });
      using same = openSharedMemory(name, { access: "read" });
      memory.write(MESSAGE);
      expectMessage(same.read(0, MESSAGE.byteLength));
      return Promise.resolve();
    },
    more: [{
      what: "views of it without copying",
      flag: least("view of memory"),
      attempt(name) {
        using memory = createSharedMemory(name, { size: MESSAGE.byteLength });
        memory.view().set(MESSAGE);
        expectMessage(memory.read(0, MESSAGE.byteLength));
        return Promise.resolve();
      },
    }],
  },
  {
    mechanism: "map",
    title: "file mapping",
    flag: least("mapFile"),
    attempt() {
      // A file that always exists; changes stay in this process.
      const [file] = requiredLibraries("file-mapping");
      using mapping = mapFile(file!, { access: "copy-on-write" });
      mapping.write(MESSAGE);
      expectMessage(mapping.read(0, MESSAGE.byteLength));
      return Promise.resolve();
    },
  },
  {
    mechanism: "message",
    title: "window messages",
    flag: least("sendCopyData"),
    async attempt(_name, signal) {
      // Sent to a window that does not exist: that fails at once.
      const nowhere = { title: `winipc-${crypto.randomUUID()}` };
      try {
        await sendCopyData(nowhere, MESSAGE, { signal });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
    more: [{
      what: "a window that receives",
      flag: least("listenMessages"),
      async attempt(title, signal) {
        await using _listener = listenMessages(
          { title },
          ({ bytes }) => expectMessage(bytes),
        );
        if (await sendCopyData(title, MESSAGE, { signal }) !== 0) return;
        throw new Error("The window refused what it was sent");
      },
    }],
  },
  {
    mechanism: "clipboard",
    title: "the clipboard",
    flag: least("clipboardFormats"),
    async attempt(_name, signal) {
      // Only reads: the content belongs to the user.
      await clipboardFormats({ signal });
    },
    more: [{
      what: "watching it",
      flag: least("watchClipboard"),
      async attempt() {
        await using _watcher = watchClipboard();
      },
    }],
  },
  {
    mechanism: "anon",
    title: "anonymous pipes and processes",
    flag: least("spawn"),
    async attempt(_name, signal) {
      await using child = spawn("cmd.exe", {
        args: ["/d", "/c", "exit 6"],
        windowsRawArguments: true,
        stdin: "null",
        stdout: "pipe",
        stderr: "null",
        signal,
      });
      const ended = await child.stdout.read(new Uint8Array(1), { signal });
      const { code } = await child.status;
      if (ended === null && code === 6) return;
      throw new Error(`The child ended with exit code ${code}`);
    },
  },
  {
    mechanism: "socket",
    title: "sockets",
    flag: least("listenSocket"),
    async attempt(_name, signal) {
      await using listener = await listenSocket();
      const { port } = listener.local;
      await using client = await connectSocket(port, { signal });
      await using server = await listener.accept({ signal });
      await client.write(MESSAGE, { signal });
      const buffer = new Uint8Array(MESSAGE.byteLength);
      await server.read(buffer, { signal });
      expectMessage(buffer);
    },
  },
  {
    mechanism: "dde",
    title: "DDE",
    flag: least("serveDde"),
    async attempt(name, signal) {
      const value = { [name]: MESSAGE };
      await using _server = serveDde(name, {
        topics: { topic: { items: { item: { value } } } },
      });
      await using client = await connectDde(name, "topic", { signal });
      const { bytes } = await client.request("item", { format: name, signal });
      expectMessage(bytes);
    },
  },
  {
    mechanism: "rpc",
    title: "RPC",
    flag: least("serveRpc"),
    async attempt(name, signal) {
      const uuid = crypto.randomUUID();
      const binding = `ncalrpc:[${name}]`;
      await using _server = await serveRpc({
        bindings: [binding],
        interfaces: { uuid, procedures: [(bytes) => bytes] },
      });
      using client = await connectRpc(binding, { uuid, signal });
      expectMessage(await client.call(0, MESSAGE, { signal }));
    },
  },
  {
    mechanism: "sync",
    title: "events, mutexes and semaphores",
    flag: least("createEvent"),
    async attempt(name, signal) {
      using event = createEvent(name);
      event.set();
      await waitFor(event, { signal });
    },
  },
  {
    mechanism: "ring",
    title: "rings in shared memory",
    flag: least("createRing"),
    async attempt(name, signal) {
      await using producer = createRing(name, { capacity: 4096 });
      await using consumer = await openRing(name, { signal });
      await producer.write(MESSAGE, { signal });
      expectMessage(await consumer.read({ signal }));
    },
  },
  {
    mechanism: "objects",
    title: "the list of named objects",
    flag: least("listObjects"),
    attempt(name) {
      using _event = createEvent(name);
      const { objects } = listObjects({ pattern: name });
      if (objects.length === 1) return Promise.resolve();
      throw new Error("The list does not have an event that exists");
    },
  },
];

/** The minimal flags of a use, on Wine or not. */
function least(use: string): (wine: boolean) => string {
  return (wine) => minimalFlags(use, wine).join(" ");
}

function expectMessage(message: Uint8Array | null): void {
  if (message?.toHex() === MESSAGE.toHex()) return;
  throw new Error("What arrived is not what was sent");
}
