import {
  clipboardFormats,
  createEvent,
  createRing,
  createSharedMemory,
  listenPipe,
  listObjects,
  mapFile,
  minimalFlags,
  openRing,
  requiredLibraries,
  sendCopyData,
  spawn,
  waitFor,
  watchClipboard,
} from "../../../mod.ts";
import type { ScenarioName } from "../demo/spec.ts";
import { quoteFlag } from "../../quote_flag.ts";
import { roundTrip } from "../round_trips.ts";

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
    flag: flagsOf("listenPipe"),
    attempt: tripBy("pipe"),
    more: [{
      what: "security descriptors",
      flag: flagsOf("listenPipe with sddl"),
      async attempt(name) {
        await using _listener = listenPipe(name, { sddl: EVERYBODY });
      },
    }],
  },
  {
    mechanism: "mailslot",
    title: "mailslots",
    flag: flagsOf("createMailslot"),
    attempt: tripBy("mailslot"),
  },
  {
    mechanism: "shm",
    title: "shared memory",
    flag: flagsOf("createSharedMemory"),
    attempt: tripBy("shm"),
    more: [{
      what: "views of it without copying",
      flag: flagsOf("view of memory"),
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
    flag: flagsOf("mapFile"),
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
    flag: flagsOf("sendCopyData"),
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
      flag: flagsOf("listenMessages"),
      attempt: tripBy("message"),
    }],
  },
  {
    mechanism: "clipboard",
    title: "the clipboard",
    flag: flagsOf("clipboardFormats"),
    async attempt(_name, signal) {
      // Only reads: the content belongs to the user.
      await clipboardFormats({ signal });
    },
    more: [{
      what: "watching it",
      flag: flagsOf("watchClipboard"),
      async attempt() {
        await using _watcher = watchClipboard();
      },
    }],
  },
  {
    mechanism: "anon",
    title: "anonymous pipes and processes",
    flag: flagsOf("spawn"),
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
    flag: flagsOf("listenSocket"),
    attempt: tripBy("socket"),
  },
  {
    mechanism: "dde",
    title: "DDE",
    flag: flagsOf("serveDde"),
    attempt: tripBy("dde"),
  },
  {
    mechanism: "rpc",
    title: "RPC",
    flag: flagsOf("serveRpc"),
    attempt: tripBy("rpc"),
  },
  {
    mechanism: "sync",
    title: "events, mutexes and semaphores",
    flag: flagsOf("createEvent"),
    async attempt(name, signal) {
      using event = createEvent(name);
      event.set();
      await waitFor(event, { signal });
    },
  },
  {
    mechanism: "ring",
    title: "rings in shared memory",
    flag: flagsOf("createRing"),
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
    flag: flagsOf("listObjects"),
    attempt(name) {
      using _event = createEvent(name);
      const { objects } = listObjects({ pattern: name });
      if (objects.length === 1) return Promise.resolve();
      throw new Error("The list does not have an event that exists");
    },
  },
];

function tripBy(mechanism: ScenarioName): Attempt["attempt"] {
  return (name, signal) => roundTrip(mechanism, name, signal);
}

/** The minimal flags of a use, on Wine or not. */
function flagsOf(use: string): (wine: boolean) => string {
  return (wine) => minimalFlags(use, wine).map(quoteFlag).join(" ");
}

function expectMessage(message: Uint8Array | null): void {
  if (message?.toHex() === MESSAGE.toHex()) return;
  throw new Error("What arrived is not what was sent");
}
