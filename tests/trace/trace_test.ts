import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connectPipe,
  createEvent,
  createSharedMemory,
  listenMessages,
  listenPipe,
  openEvent,
  sendCopyData,
  trace,
  type TraceRecord,
  waitFor,
  waitForAny,
  type Win32Error,
} from "../../mod.ts";
import { lastErrorCode } from "../../lib/win32/error.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { ntdll } from "../../lib/win32/ntdll.ts";
import "../support/native.ts";
import { bytes, uniqueName } from "../support/names.ts";
import { namedUnless } from "../support/ignored.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";

const ERROR_FILE_NOT_FOUND = 2;
const DIRECTORY_QUERY = 1;
const STATUS_INVALID_PARAMETER = "0xc000000d";

/** What is told while `work` is done. */
async function traced(work: () => unknown): Promise<TraceRecord[]> {
  const records: TraceRecord[] = [];
  using _trace = trace({ sink: (record) => records.push(record) });
  await work();
  return records;
}

Deno.test("trace() reports a call's arguments by name, its result, error, time and object", async () => {
  const name = uniqueName();
  const before = Date.now() * 1000;
  const records = await traced(() => {
    using _event = createEvent(name, { manualReset: true });
  });
  const [create, close] = records.filter(({ object }) => object === name);
  const { args, result, micros, start, at, ...rest } = create!;
  assertEquals(args, {
    lpEventAttributes: null,
    bManualReset: 1,
    bInitialState: 0,
    lpName: { text: name },
  });
  assert(typeof result === "string" && /^0x[0-9a-f]+$/.test(result));
  assert(micros! >= 0 && micros! < 1e7, `${micros}`);
  assert(start > before - 1e6 && start < Date.now() * 1000 + 1e6);
  assertEquals(Date.parse(at), Math.floor(start / 1000));
  assertEquals(rest, {
    event: "call",
    seq: rest.seq,
    pid: Deno.pid,
    thread: "main",
    dll: "kernel32.dll",
    name: "CreateEventW",
    action: "create",
    object: name,
    mechanism: "sync",
    failed: false,
    lastError: { code: 0, symbol: "ERROR_SUCCESS" },
  });
  assertEquals(close!.name, "CloseHandle");
  assertEquals(close!.args, { hObject: result });
  assertEquals(close!.action, "close");
});

Deno.test("trace() shows a failed NTSTATUS as its 32 bits", async () => {
  const { raw } = ntdll();
  const [record] = await traced(() => {
    raw.NtOpenDirectoryObject(new BigUint64Array(1), DIRECTORY_QUERY, null);
  });
  assertEquals(record!.name, "NtOpenDirectoryObject");
  assertEquals(record!.result, STATUS_INVALID_PARAMETER);
  assertEquals(record!.failed, true);
});

Deno.test("trace() reports calls in order, and what is done in the background when it is done", async () => {
  const name = uniqueName();
  const records = await traced(async () => {
    await using listener = listenPipe(name, { backlog: 1 });
    await using client = await connectPipe(name);
    await using server = await listener.accept();
    const buffer = new Uint8Array(16);
    const reading = client.read(buffer);
    // The read begins in this turn of the event loop, a write at once.
    await new Promise((resolve) => setTimeout(resolve));
    await server.write(bytes("hello"));
    assertEquals(await reading, 5);
  });
  assertEquals(
    records.filter(({ event }) => event !== "end").map(({ seq }) => seq),
    Array.from({ length: records.at(-1)!.seq }, (_, at) => at + 1),
  );
  const object = `\\\\.\\pipe\\${name}`;
  const own = records.filter((record) => record.object === object);
  assert(own.every(({ mechanism }) => mechanism === "pipe"));
  const actions = own.map(({ action }) => action).filter(Boolean);
  assertEquals(
    ["create", "open", "read", "write", "close"].map((action) =>
      actions.indexOf(action as TraceRecord["action"])
    ).every((at, index, all) =>
      at >= 0 && (index === 0 || at > all[index - 1]!)
    ),
    true,
    actions.join(),
  );
  const read = own.find(({ action }) => action === "read")!;
  assertEquals(read.pending, true);
  assertEquals(read.failed, false);
  assertEquals(read.lastError?.symbol, "ERROR_IO_PENDING");
  assertEquals(own.find(({ action }) => action === "write")!.moved, 5);
  const done = records.flatMap(({ completed }) => completed ?? [])
    .find(({ of }) => of === read.seq)!;
  assertEquals(done, {
    overlapped: read.args.lpOverlapped as string,
    bytes: 5,
    of: read.seq,
    action: "read",
    object,
    mechanism: "pipe",
  });
});

const LAST_ERROR = namedUnless(
  WINDOWS_RULES,
  "the rules change the last error of calls that no table calls a failure",
  "trace() leaves the last error as it was, whatever its sink does",
);
Deno.test(LAST_ERROR, async () => {
  let calls = 0;
  using _trace = trace({
    sink: () => {
      calls++;
      // Another error of the same thread.
      assertThrows(() => Deno.statSync("Z:\\no\\such\\file\\|"));
    },
  });
  const { raw } = kernel32();
  for (let i = 0; i < 200; i++) {
    assertEquals(raw.WaitForSingleObject(0xffff_fff0n, 0), 0xffff_ffff);
    assertEquals(lastErrorCode(), 6);
    assertEquals(raw.GetFileAttributesW(new Uint8Array(2)), 0xffff_ffff);
    assertEquals(lastErrorCode(), 3);
  }
  assert(calls >= 400);
  const error = await assertRejects(
    () => connectPipe(uniqueName()),
    Deno.errors.NotFound,
  );
  assertEquals((error.cause as Win32Error).code, ERROR_FILE_NOT_FOUND);
  assertEquals((error.cause as Win32Error).call, "CreateFileW");
});

Deno.test("trace() reports a failed call, and names the error", async () => {
  const name = uniqueName();
  const records = await traced(() =>
    assertThrows(() => openEvent(name), Deno.errors.NotFound)
  );
  const call = records.find((record) => record.object === name)!;
  assertEquals(call.failed, true);
  assertEquals(call.result, "0x0");
  assertEquals(call.lastError, { code: 2, symbol: "ERROR_FILE_NOT_FOUND" });
});

Deno.test("trace() reports the beginning and the end of a call on another thread", async () => {
  const name = uniqueName();
  const records = await traced(async () => {
    using event = createEvent(name);
    const waiting = waitFor(event);
    const begun = Promise.withResolvers<void>();
    using _seen = trace({
      sink: ({ event, name }) => {
        if (event === "begin" && name.startsWith("WaitFor")) begun.resolve();
      },
    });
    await begun.promise;
    event.set();
    await waiting;
  });
  const [begin, end, ...others] = records.filter((record) =>
    record.name === "WaitForMultipleObjects" && record.object === name
  );
  assertEquals(others, []);
  assertEquals([begin!.event, end!.event], ["begin", "end"]);
  assertEquals(begin!.seq, end!.seq);
  assertEquals(begin!.micros, undefined);
  assertEquals(end!.lastError, undefined);
  const set = records.find((record) => record.name === "SetEvent")!;
  assert(records.indexOf(begin!) < records.indexOf(set));
  assert(records.indexOf(set) < records.indexOf(end!));
  assert(end!.start + end!.micros! >= set.start);
});

Deno.test("trace() reports the window thread, and calls within calls", async () => {
  const title = uniqueName();
  const records = await traced(async () => {
    await using listener = listenMessages({ title });
    await sendCopyData(title, bytes("hi"));
    await listener.receive();
  });
  const inThread = records.filter(({ thread }) => thread === "window");
  const create = inThread.filter(({ name, args }) =>
    name === "CreateWindowExW" &&
    JSON.stringify(args.lpWindowName) === JSON.stringify({ text: title })
  );
  assertEquals(create.map(({ event }) => event), ["call"]);
  const { object } = create[0]!;
  assertEquals(object, `window ${create[0]!.result}`);
  const destroy = inThread.filter((record) =>
    record.name === "DestroyWindow" && record.object === object
  );
  assertEquals(destroy.map(({ event }) => event), ["begin", "end"]);
  const within = inThread.slice(
    inThread.indexOf(destroy[0]!) + 1,
    inThread.indexOf(destroy[1]!),
  );
  assert(within.length > 0);
  assert(within.every(({ name }) => name === "DefWindowProcW"));
  const sent = records.find(({ name, event }) =>
    name === "SendMessageTimeoutW" && event === "end"
  )!;
  assertEquals([sent.thread, sent.object], ["main", object]);
  const read = inThread.filter(({ action }) => action === "read");
  assertEquals(read.map(({ object, moved }) => [object, moved]), [[object, 2]]);
});

Deno.test("trace() knows memory by the view that it lies in", async () => {
  const name = uniqueName();
  const records = await traced(() => {
    using memory = createSharedMemory(name, { size: 4096 });
    memory.write(bytes("Shine"));
    memory.read();
  });
  const own = records.filter(({ object }) => object === name);
  assertEquals(
    own.map(({ action }) => action).filter(Boolean),
    ["create", "open", "write", "read", "close", "close"],
  );
  assertEquals(own.find(({ action }) => action === "write")!.moved, 5);
  assert(own.every(({ mechanism }) => mechanism === "shared-memory"));
});

const OWN_FUNCTIONS = namedUnless(
  WINDOWS_RULES,
  "under the rules the functions are never Deno's own",
  "trace() ends, and the functions are Deno's own again",
);
Deno.test(OWN_FUNCTIONS, async () => {
  const { raw } = kernel32();
  const native = raw.GetCurrentProcessId;
  const records: TraceRecord[] = [];
  const one = trace({ sink: (record) => records.push(record) });
  const other = trace({ sink: (record) => records.push(record) });
  assert(raw.GetCurrentProcessId !== native);
  assertEquals(raw.GetCurrentProcessId(), Deno.pid);
  assertEquals(records.length, 2);
  one.stop();
  one.stop();
  raw.GetCurrentProcessId();
  assertEquals(records.length, 3);
  other.stop();
  assertEquals(raw.GetCurrentProcessId, native);
  raw.GetCurrentProcessId();
  assertEquals(records.length, 3);
  assertEquals(await traced(() => {}), []);
});

Deno.test("trace() goes on without a sink that throws", async () => {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  addEventListener("error", onError);
  try {
    const error = new Error("no room");
    const records = await traced(() => {
      using _broken = trace({
        sink: () => {
          throw error;
        },
      });
      kernel32().raw.GetCurrentProcessId();
      kernel32().raw.GetCurrentProcessId();
    });
    assertEquals(errors, [error]);
    assertEquals(records.length, 2);
  } finally {
    removeEventListener("error", onError);
  }
});

Deno.test("trace() names no object of an earlier wait", async () => {
  const name = uniqueName();
  const waits: TraceRecord[] = [];
  let begun = Promise.withResolvers<void>();
  using _trace = trace({
    sink(record) {
      if (record.name !== "WaitForMultipleObjects") return;
      waits.push(record);
      if (record.event === "begin") begun.resolve();
    },
  });
  using a = createEvent(`${name}.a`);
  using b = createEvent(`${name}.b`);
  using c = createEvent(`${name}.c`);
  const first = waitForAny([a, b, c]);
  await begun.promise;
  c.set();
  await first;
  using own = createEvent(null);
  waits.length = 0;
  begun = Promise.withResolvers();
  const second = waitFor(own);
  await begun.promise;
  own.set();
  await second;
  const objects = waits.filter(({ args }) => args.nCount === 2)
    .map(({ object }) => object ?? null);
  assertEquals(new Set(objects), new Set([null]));
});
