import {
  connectPipe,
  connectSocket,
  createMailslot,
  createSharedMemory,
  librariesOf,
  listenPipe,
  listenSocket,
  mapFile,
  openMailslot,
  openSharedMemory,
  spawn,
} from "../../mod.ts";

/** A mechanism that is tried. */
export interface Check {
  /** As the command line names it. */
  readonly mechanism: string;
  /** As people name it. */
  readonly title: string;
  /** The least that it needs. */
  flag(wine: boolean): string;
  /** Creates, opens, writes and reads. Throws where that does not work. */
  attempt(name: string, signal: AbortSignal): Promise<void>;
}

const MESSAGE = new TextEncoder().encode("winipc");

/** The mechanisms, in the order of the demo. */
export const CHECKS: readonly Check[] = [
  {
    mechanism: "pipe",
    title: "named pipes",
    flag: () => allow(librariesOf("pipe")),
    async attempt(name, signal) {
      await using listener = listenPipe(name, { mode: "message" });
      await using client = await connectPipe(name, { signal });
      await using server = await listener.accept({ signal });
      await client.write(MESSAGE, { signal });
      expectMessage(await server.readMessage({ signal }));
    },
  },
  {
    mechanism: "mailslot",
    title: "mailslots",
    flag: (wine) =>
      allow(librariesOf("mailslot", wine ? ["overlapped-mailslot"] : [])),
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
    flag: () => allow(librariesOf("shared-memory")),
    attempt(name) {
      using memory = createSharedMemory(name, { size: MESSAGE.byteLength });
      using same = openSharedMemory(name, { access: "read" });
      memory.write(MESSAGE);
      expectMessage(same.read(0, MESSAGE.byteLength));
      return Promise.resolve();
    },
  },
  {
    mechanism: "map",
    title: "file mapping",
    flag: () => allow(librariesOf("file-mapping")),
    attempt() {
      // A file that is always there; what is written stays in this process.
      const [file] = librariesOf("file-mapping");
      using mapping = mapFile(file!, { access: "copy-on-write" });
      mapping.write(MESSAGE);
      expectMessage(mapping.read(0, MESSAGE.byteLength));
      return Promise.resolve();
    },
  },
  {
    mechanism: "anon",
    title: "anonymous pipes and processes",
    flag: () => allow(librariesOf("anonymous-pipe")),
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
    flag: () => "--allow-net=127.0.0.1",
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
];

function allow(libraries: string[]): string {
  return `--allow-ffi=${libraries.join(",")}`;
}

function expectMessage(message: Uint8Array | null): void {
  if (message?.toHex() === MESSAGE.toHex()) return;
  throw new Error("What arrived is not what was sent");
}
