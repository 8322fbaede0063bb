// A child of the tests: child.ts VERB [ARG…].
import { inheritedHandle, spawn } from "../../../mod.ts";
import { runArgs } from "../../support/deno.ts";
import { checksum, pattern } from "../../support/names.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { SYSTEM32 } from "../../support/system32.ts";

const {
  GetConsoleMode,
  GetConsoleProcessList,
  GetConsoleWindow,
  GetHandleInformation,
  GetStartupInfoW,
  GetStdHandle,
  SetEvent,
} = Deno.dlopen(
  `${SYSTEM32}\\kernel32.dll`,
  {
    GetConsoleMode: { parameters: ["usize", "buffer"], result: "i32" },
    GetConsoleProcessList: { parameters: ["buffer", "u32"], result: "u32" },
    GetConsoleWindow: { parameters: [], result: "usize" },
    GetHandleInformation: { parameters: ["usize", "buffer"], result: "i32" },
    GetStartupInfoW: { parameters: ["buffer"], result: "void" },
    GetStdHandle: { parameters: ["u32"], result: "usize" },
    SetEvent: { parameters: ["usize"], result: "i32" },
  } as const,
).symbols;

const SELF = new URL(import.meta.url);
const [verb, ...args] = Deno.args as [string, ...string[]];
const VERBS: Record<string, () => void | Promise<void>> = {
  /** Says its arguments. */
  argv: () => say(JSON.stringify(args)),
  /** Says where it is, and a variable. */
  place: () => say(JSON.stringify([Deno.cwd(), Deno.env.get(args[0]!)])),
  /** Says the names of its variables. */
  names: () => say(JSON.stringify(Object.keys(Deno.env.toObject()))),
  /** Says which of the handles it has, without touching them. */
  valid: () => {
    const flags = new Uint32Array(1);
    const valid = args.map((arg) => GetHandleInformation(BigInt(arg), flags));
    // Whatever stands there, it is not the parent's event.
    for (const arg of args) SetEvent(BigInt(arg));
    say(JSON.stringify(valid));
  },
  /** Says what taking over the handle throws. */
  refused: () => {
    try {
      inheritedHandle(args[0]!, args[1] as "event" | undefined);
      say("taken over");
    } catch (error) {
      say((error as Error).name);
    }
  },
  /** Reads an inherited pipe to its end, writes it to another. */
  async echo() {
    const [from, to] = args.map((arg) => inheritedHandle(arg));
    await from!.readable.pipeTo(to!.writable);
  },
  /** Writes a pattern of so many bytes, and says its checksum. */
  async produce() {
    using to = inheritedHandle(args[0]!);
    let sum: number | undefined;
    const chunk = pattern(1 << 20);
    for (let left = Number(args[1]); left > 0; left--) {
      await to.write(chunk);
      sum = checksum(chunk, sum);
    }
    say(sum!);
  },
  /** Echoes over one pipe, both ways at once, until the other side closes. */
  async mirror() {
    using pipe = inheritedHandle(args[0]!, "pipe", { duplex: true });
    try {
      await pipe.read(new Uint8Array(9), { timeout: 20 });
    } catch (error) {
      say((error as Error).name);
    }
    await pipe.readable.pipeTo(pipe.writable);
    say("over");
  },
  /** Closes the pipe that it inherited, and lives on until told otherwise. */
  async close() {
    inheritedHandle(args[0]!).close();
    say("closed");
    await readLine();
  },
  /** Says when its stdin has ended. */
  async untilEnd() {
    let bytes = 0;
    for await (const chunk of Deno.stdin.readable) bytes += chunk.byteLength;
    say(bytes);
  },
  /** Never reads what it inherited. */
  async deaf() {
    say("ready");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  /** Reads a part of its stdin, writes a part of a message, and dies. */
  async half() {
    await Deno.stdin.read(new Uint8Array(1000));
    Deno.stdout.writeSync(new TextEncoder().encode("half a mess"));
    Deno.exit(9);
  },
  /** Says over a pipe how it was started, and which console it has. */
  async console() {
    using to = inheritedHandle(args[0]!);
    const startup = new Uint8Array(104);
    GetStartupInfoW(startup);
    const view = new DataView(startup.buffer);
    const mode = new Uint32Array(1);
    const isConsole = [-10, -11, -12].map((stream) =>
      GetConsoleMode(GetStdHandle(stream >>> 0), mode) !== 0
    );
    await to.write(new TextEncoder().encode(JSON.stringify({
      window: GetConsoleWindow() !== 0n,
      alone: GetConsoleProcessList(new Uint32Array(4), 4) === 1,
      flags: view.getUint32(60, true),
      show: view.getUint16(64, true),
      isConsole,
    })));
  },
  /** Uses a section, an event, a mutex and a semaphore of its parent. */
  async objects() {
    const [section, mutex, semaphore] = args as [string, string, string];
    using memory = inheritedHandle(section, "section");
    using guard = inheritedHandle(mutex, "mutex");
    using slots = inheritedHandle(semaphore, "semaphore");
    using event = inheritedHandle(Deno.env.get("EVENT")!, "event");
    using _lock = await guard.lock();
    const text = new TextDecoder().decode(memory.read(0, 5));
    memory.write(new TextEncoder().encode(text.toUpperCase()), 100);
    slots.release();
    event.set();
    say("done");
    await readLine();
  },
  /** Starts a grandchild that lives on by itself, and waits. */
  async family() {
    const child = spawn(Deno.execPath(), {
      args: ["eval", "await new Promise((r) => setTimeout(r, 300000))"],
      stdin: "null",
    });
    say(child.pid);
    await child.status;
  },
  /** Starts a family, in a job where it is told so, and waits to be killed. */
  async head() {
    const child = spawn(Deno.execPath(), {
      args: runArgs(SELF, ["family"]),
      endWithParent: args[0] === "job",
      stdin: "null",
    });
    say(child.pid);
    await child.status;
  },
};

await VERBS[verb]!();
