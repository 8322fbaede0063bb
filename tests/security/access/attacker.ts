// Another program of the same session, which was there first or comes second.
// Each line is a command as JSON; it answers what came of it: "done", or the
// error's name and Windows' name of its code.
import {
  connectRpc,
  createEvent,
  createMailslot,
  createMutex,
  createSemaphore,
  createSharedMemory,
  listenPipe,
  serveRpc,
} from "../../../mod.ts";
import { Win32Error } from "../../../lib/win32/error.ts";
import { kernel32 } from "../../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../../lib/win32/utf16.ts";
import { readLine, say } from "../../support/peer_side.ts";

const PIPE_ACCESS_DUPLEX = 3;
const FILE_FLAG_FIRST_PIPE_INSTANCE = 0x8_0000;

const ECHO = {
  uuid: "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11",
  procedures: [(bytes: Uint8Array) => bytes],
};

interface Command {
  readonly do: keyof typeof ACTIONS;
  readonly name: string;
  readonly sddl?: string;
  readonly size?: number;
}

const held: unknown[] = [];

const ACTIONS = {
  event: ({ name, sddl }: Command) => createEvent(name, { sddl }),
  mutex: ({ name, sddl }: Command) => createMutex(name, { sddl }),
  semaphore: ({ name, sddl }: Command) =>
    createSemaphore(name, { max: 1, sddl }),
  section: ({ name, sddl, size = 4096 }: Command) =>
    createSharedMemory(name, { size, sddl }),
  mailslot: ({ name }: Command) => createMailslot(name),
  pipe: ({ name }: Command) => listenPipe(name),
  "pipe instance": ({ name }: Command) => rawInstance(name, 0),
  "first pipe instance": ({ name }: Command) =>
    rawInstance(name, FILE_FLAG_FIRST_PIPE_INSTANCE),
  rpc: ({ name }: Command) =>
    serveRpc({ bindings: name.split(" "), interfaces: ECHO }),
  "rpc call": async ({ name }: Command) => {
    using client = await connectRpc(name, ECHO);
    await client.call(0, new Uint8Array(1));
  },
  /** Serves one client, and acts as it. */
  async impersonator({ name }: Command) {
    const listener = listenPipe(name);
    held.push(listener);
    say("listening");
    const server = await listener.accept();
    await server.read(new Uint8Array(9));
    const file = await Deno.makeTempFile();
    try {
      return server.impersonate(() => {
        Deno.openSync(file).close();
        return `opened a file as ${server.peer().pid}`;
      });
    } finally {
      await Deno.remove(file);
    }
  },
};

for (let line = await readLine(); line !== undefined; line = await readLine()) {
  const command = JSON.parse(line) as Command;
  try {
    const result = await ACTIONS[command.do](command);
    held.push(result);
    say(typeof result === "string" ? result : "done");
  } catch (error) {
    const { name, cause } = error as Error;
    const win32 = error instanceof Win32Error ? error : cause;
    say(win32 instanceof Win32Error ? `${name} ${win32.symbol}` : name);
  }
}

/** As a program without winipc would make it. */
function rawInstance(name: string, flags: number): bigint {
  return kernel32().call.CreateNamedPipeW(
    toUtf16(`\\\\.\\pipe\\${name}`),
    PIPE_ACCESS_DUPLEX | flags,
    0,
    1,
    64,
    64,
    0,
    null,
  );
}
