import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  connectPipe,
  createAnonymousPipe,
  createEvent,
  createMailslot,
  createMutex,
  createSemaphore,
  createSharedMemory,
  type EventObject,
  handleValue,
  inheritedHandle,
  listenPipe,
  mapFile,
  openMailslot,
  readExactly,
  waitFor,
} from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import { wrapped } from "../support/wrapped.ts";
import { allText, cmd, denoChild, line } from "./helpers.ts";
import { SYSTEM32 } from "../support/system32.ts";

const HANDLE_FLAG_INHERIT = 1;
/** Of stdin, stdout and stderr. */
const STD_HANDLES = [0xffff_fff6, 0xffff_fff5, 0xffff_fff4];

// Opened once for the process, so that no test counts it as its own.
const { SetHandleInformation, GetHandleInformation, GetStdHandle } =
  Deno.dlopen(
    `${SYSTEM32}\\kernel32.dll`,
    {
      SetHandleInformation: {
        parameters: ["usize", "u32", "u32"],
        result: "i32",
      },
      GetHandleInformation: { parameters: ["usize", "buffer"], result: "i32" },
      GetStdHandle: { parameters: ["u32"], result: "usize" },
    } as const,
  ).symbols;

/** Events whose numbers are so high that no child has handles of its own there. */
class HighEvents implements Disposable {
  readonly events: EventObject[];
  readonly #all: EventObject[];

  constructor(count: number) {
    this.#all = Array.from({ length: 3000 }, () => createEvent(null));
    this.events = this.#all.slice(-count);
  }

  [Symbol.dispose](): void {
    for (const event of this.#all) event.close();
  }
}

function isSet(event: EventObject): Promise<boolean> {
  return waitFor(event, { timeout: 0 }).then(() => true, () => false);
}

function setInheritable(event: EventObject): void {
  const number = BigInt(handleValue(event));
  SetHandleInformation(number, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
}

function flagsOf(object: Parameters<typeof handleValue>[0]): number {
  const flags = new Uint32Array(1);
  GetHandleInformation(BigInt(handleValue(object)), flags);
  return flags[0]!;
}

Deno.test("a child has the listed handle and not the unlisted ones", async () => {
  using high = new HighEvents(3);
  const [listed, unlisted, flagged] = high.events as [
    EventObject,
    EventObject,
    EventObject,
  ];
  // Somebody else made it inheritable: without a list it would leak.
  setInheritable(flagged);
  const numbers = high.events.map((event) => String(handleValue(event)));
  await using child = denoChild("valid", numbers, { handles: [listed] });
  assertEquals(await allText(child.stdout), "[1,0,0]\n");
  assertEquals(await isSet(listed), true);
  assertEquals([await isSet(unlisted), await isSet(flagged)], [false, false]);
});

Deno.test("spawns at the same moment have their own handles each, and Deno.Command none", async () => {
  using high = new HighEvents(3);
  const numbers = high.events.map((event) => String(handleValue(event)));
  const script = new URL("./peers/child.ts", import.meta.url);
  const command = () =>
    new Deno.Command(Deno.execPath(), {
      args: runArgs(script, ["valid", ...numbers]),
      stdout: "piped",
    }).output();
  const before = command();
  const children = high.events.map((event) =>
    denoChild("valid", numbers, { handles: [event] })
  );
  const after = command();
  const said = await Promise.all(
    children.map((child) => allText(child.stdout)),
  );
  assertEquals(said, ["[1,0,0]\n", "[0,1,0]\n", "[0,0,1]\n"]);
  for (const { stdout } of [await before, await after]) {
    assertEquals(text(stdout), "[0,0,0]\n");
  }
  for (const child of children) await child[Symbol.asyncDispose]();
});

Deno.test("spawn() leaves no handle inheritable, whether it succeeds or not", async () => {
  using event = createEvent(null);
  using pipe = createAnonymousPipe({ inheritable: "read" });
  using flagged = createEvent(null);
  setInheritable(flagged);
  const handles = [event, pipe.write, flagged];
  const options = { handles, cwd: "C:\\nothing" };
  assertThrows(() => denoChild("argv", [], options), Deno.errors.NotFound);
  await using child = denoChild("argv", [], { handles });
  assertEquals(handles.map(flagsOf), [0, 0, HANDLE_FLAG_INHERIT]);
  assertEquals((await child.status).code, 0);
});

Deno.test("a child uses an overlapped connection of its parent, both ways at once", async () => {
  for (const handed of ["server", "client"] as const) {
    await using listener = listenPipe(uniqueName());
    await using client = await connectPipe(listener.name);
    await using server = await listener.accept();
    const [theirs, ours] = handed === "server"
      ? [server, client]
      : [client, server];
    await using child = denoChild("mirror", [theirs]);
    assertEquals(await line(child.stdout), "TimeoutError");
    // Its read is pending while it writes.
    for (let i = 0; i < 3; i++) {
      await ours.write(bytes(`message ${i}`));
      assertEquals(text(await readExactly(ours, 9)), `message ${i}`);
    }
    // The handle here has the same file object, whose port and events are ours.
    await theirs.write(bytes("from the parent"));
    assertEquals(text(await readExactly(ours, 15)), "from the parent");
    ours.close();
    assertEquals(await line(child.stdout), "over");
  }
});

Deno.test("a listener lives on while a child has all its connections, unless another program listens", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  await using taken = listenPipe(uniqueName(), { maxInstances: 1 });
  await using client = await connectPipe(listener.name);
  await using _other = await connectPipe(taken.name);
  const server = await listener.accept();
  const second = await taken.accept();
  await using child = denoChild("mirror", [server], { handles: [second] });
  assertEquals(await line(child.stdout), "TimeoutError");
  server.close();
  {
    using _listens = wrapped({ WaitNamedPipeW: () => () => 1 });
    second.close();
    await assertRejects(() => taken.accept(), Deno.errors.AddrInUse);
  }
  const next = listener.accept({ timeout: 120_000 });
  await client.write(bytes("hello"));
  assertEquals(text(await readExactly(client, 5)), "hello");
  client.close();
  assertEquals(await line(child.stdout), "over");
  const options = { waitForPeer: true, timeout: 20_000 };
  await using _again = await connectPipe(listener.name, options);
  await using _served = await next;
});

Deno.test("inheritedHandle() refuses both directions of a pipe that is not overlapped", () => {
  using pipe = createAnonymousPipe({ inheritable: "read" });
  assertThrows(
    () => inheritedHandle(handleValue(pipe.read), "pipe", { duplex: true }),
    Deno.errors.NotSupported,
    "not overlapped",
  );
});

Deno.test("spawn() refuses overlapped pipes as standard streams", async () => {
  await using listener = listenPipe(uniqueName());
  await using client = await connectPipe(listener.name);
  using pipe = createAnonymousPipe();
  const streams = { stdin: pipe.read, stdout: pipe.write, stderr: client };
  for (const [stream, object] of Object.entries(streams)) {
    assertThrows(
      () => denoChild("argv", [], { [stream]: object }),
      TypeError,
      `Invalid ${stream}: the pipe is overlapped`,
    );
  }
});

Deno.test("spawn() closes the child's end here, unless keepEnds is given", async () => {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  const keepEnds = true;
  await using first = denoChild("produce", [pipe.write, "0"], { keepEnds });
  assertEquals((await first.status).code, 0);
  await using second = denoChild("produce", [pipe.write, "0"]);
  assertEquals((await second.status).code, 0);
  assertThrows(() => handleValue(pipe.write), Deno.errors.BadResource);
  assertEquals(await pipe.read.read(new Uint8Array(1)), null);
});

Deno.test("handleValue() returns the handle of whatever has one", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name);
  await using mailslot = createMailslot(name);
  await using sender = await openMailslot(name);
  const file = `${SYSTEM32}\\kernel32.dll`;
  using mapping = mapFile(file, { access: "read" });
  const objects = [listener, mailslot, sender, mapping];
  const numbers = objects.map((object) => BigInt(handleValue(object)));
  assertEquals(new Set(numbers).size, 4);
  for (const number of numbers) {
    assertEquals(GetHandleInformation(number, new Uint32Array(1)), 1);
  }
  for (const object of objects) {
    object.close();
    assertThrows(() => handleValue(object), Deno.errors.BadResource);
  }
  assertThrows(() => handleValue({}), TypeError);
});

Deno.test("a section, an event, a mutex and a semaphore travel to a child", async () => {
  using memory = createSharedMemory(uniqueName(), { size: 4096 });
  using event = createEvent(null);
  using mutex = createMutex(null);
  using semaphore = createSemaphore(null, { max: 1, initial: 0 });
  memory.write(bytes("hello"));
  const lock = await mutex.lock();
  await using child = denoChild("objects", [memory, mutex, semaphore], {
    env: { EVENT: event },
  });
  assertEquals(await isSet(event), false);
  lock.release();
  assertEquals(await line(child.stdout), "done");
  for (const object of [event, semaphore]) {
    await waitFor(object, { timeout: 0 });
  }
  assertEquals(text(memory.read(100, 5)), "HELLO");
  child.stdin.close();
  (await mutex.lock({ timeout: 20_000 })).release();
});

Deno.test("inheritedHandle() rejects a number that is no such handle", async () => {
  using event = createEvent(null);
  using mutex = createMutex(null);
  using pipe = createAnonymousPipe({ inheritable: "read" });
  const cases: [
    args: Parameters<typeof denoChild>[1] & object,
    said: string,
  ][] = [
    [["4000000"], "NotFound"],
    [["abc"], "TypeError"],
    [["4", "file"], "TypeError"],
    [[event], "TypeError"],
    [[event, "mutex"], "TypeError"],
    [[event, "section"], "BadResource"],
    [[mutex, "event"], "TypeError"],
    [[mutex, "mutex"], "taken over"],
    [[pipe.read, "section"], "TypeError"],
  ];
  const said = await Promise.all(cases.map(async ([args]) => {
    await using child = denoChild("refused", args, { keepEnds: true });
    return await line(child.stdout);
  }));
  assertEquals(said, cases.map(([, expected]) => expected));
});

Deno.test("inheritedHandle() checks its arguments", () => {
  assertThrows(() => inheritedHandle(0), RangeError, "Invalid handle 0");
  assertThrows(() => inheritedHandle(1.5), TypeError, "Invalid handle 1.5");
  assertThrows(() => inheritedHandle(8, "file" as "pipe"), TypeError, "kind");
});

Deno.test("spawn() leaves the standard handles alone, which all Workers share", async () => {
  const flags = (handle: bigint) => {
    const found = new Uint32Array(1);
    return GetHandleInformation(handle, found) === 0 ? undefined : found[0];
  };
  const streams = STD_HANDLES.map((stream) => GetStdHandle(stream))
    .filter((handle) => flags(handle) !== undefined);
  assertNotEquals(streams.length, 0);
  // As `deno run` does when it starts.
  for (const handle of streams) {
    SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
  }
  const during: unknown[] = [];
  using _watched = wrapped({
    CreateProcessW: (native) => (...args) => {
      during.push(...streams.map(flags));
      return native(...args);
    },
  });
  const stdio = "inherit";
  await using child = cmd("exit 5", {
    stdin: stdio,
    stdout: stdio,
    stderr: stdio,
  });
  assertEquals(during, streams.map(() => 0));
  assertEquals((await child.status).code, 5);
});
