// deno-lint-ignore-file no-console
/**
 * What winipc costs by itself: the processor time of an operation above that of
 * the same native calls made bare, by `Deno.dlopen`, without checks, without
 * promises, on the same handles. One process, by turns.
 *
 * A call into the kernel takes 1 µs on Windows and 30 µs or more under Wine, by
 * which a difference of 1 µs cannot be seen. So `WriteFile`, `ReadFile`,
 * `SetEvent` and `WaitForSingleObject` are stand-ins that succeed at once, on
 * both sides; with `--real` they are the real ones. Operations that wait use the
 * real ones always.
 *
 * `GetProcessTimes` counts in steps of 10 ms under Wine and of 15.6 ms on
 * Windows: over 100,000 operations that is at most 0.2 µs for each.
 * `deno task bench cost [--json] [--quick] [--real]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import {
  connectPipe,
  createEvent,
  createMailslot,
  createRing,
  createSharedMemory,
  handleValue,
  listenMessages,
  listenPipe,
  openMailslot,
  openRing,
  type PipeMode,
  sendCopyData,
  waitFor,
} from "../../mod.ts";
import { bindAll, wrapNatives, type Wrapper } from "../../lib/win32/binding.ts";
import { SYSTEM32 } from "../support/system32.ts";
import { processorTime } from "./usage.ts";

const { json, quick, real, _: words } = parseArgs(Deno.args, {
  boolean: ["json", "quick", "real"],
  string: ["_"],
});

const SIZE = 64;
const ROUNDS = 5;
const MANY = quick ? 2_000 : 20_000;
/** An operation that goes to another thread and back takes as long as many others. */
const FEW = quick ? 100 : 400;
const BATCH = 50;
const FOREVER = 0xffff_ffff;
const WM_COPYDATA = 0x4a;
const SMTO_ABORTIFHUNG = 2;

const { symbols: kernel32 } = Deno.dlopen(`${SYSTEM32}\\kernel32.dll`, {
  WriteFile: {
    parameters: ["usize", "buffer", "u32", "usize", "buffer"],
    result: "i32",
  },
  ReadFile: {
    parameters: ["usize", "buffer", "u32", "usize", "buffer"],
    result: "i32",
  },
  SetEvent: { parameters: ["usize"], result: "i32" },
  WaitForSingleObject: { parameters: ["usize", "u32"], result: "u32" },
  WaitForMultipleObjects: {
    parameters: ["u32", "buffer", "i32", "u32"],
    result: "u32",
    nonblocking: true,
  },
  VirtualAlloc: {
    parameters: ["usize", "usize", "u32", "u32"],
    result: "usize",
  },
  RtlMoveMemory: { parameters: ["usize", "buffer", "usize"], result: "void" },
  CopyOut: {
    name: "RtlMoveMemory",
    parameters: ["buffer", "usize", "usize"],
    result: "void",
  },
});
const { symbols: user32 } = Deno.dlopen(`${SYSTEM32}\\user32.dll`, {
  SendMessageTimeoutW: {
    parameters: ["usize", "u32", "usize", "buffer", "u32", "u32", "buffer"],
    result: "usize",
    nonblocking: true,
  },
});

/**
 * An operation, both ways, `count` times: where it is one half of something,
 * such as the write of what is then read, the other half is bare in both.
 */
interface Operation {
  readonly name: string;
  readonly count: number;
  /** Whether the stand-ins are used. */
  readonly quiet?: boolean;
  ours(count: number): void | Promise<void>;
  bare(count: number): void | Promise<void>;
}

const QUIET = {
  WriteFile: (..._: unknown[]) => 1,
  ReadFile: (..._: unknown[]) => 1,
  SetEvent: (..._: unknown[]) => 1,
  WaitForSingleObject: (..._: unknown[]) => 0,
};
const direct = real ? kernel32 : QUIET;

/** Of an operation that has moved `SIZE` bytes: `OVERLAPPED.Internal` and `InternalHigh`. */
const moved = new BigUint64Array([0n, BigInt(SIZE)]);

const standIn: Wrapper = (native, { name, declaration }) => {
  if (declaration.nonblocking) return native;
  switch (name) {
    case "WriteFile":
    case "ReadFile":
      return (...args) => {
        kernel32.RtlMoveMemory(args[4] as bigint, moved, 16n);
        return 1;
      };
    case "SetEvent":
    case "WaitForSingleObject":
      return QUIET[name];
  }
  return native;
};

const message = new Uint8Array(SIZE).fill(7);
const name = `winipc-cost-${Deno.pid}`;

const SUBJECTS: Record<
  string,
  (stack: AsyncDisposableStack) => Operation[] | Promise<Operation[]>
> = {
  "pipe, bytes": (stack) => pipe(stack, "byte"),
  "pipe, messages": (stack) => pipe(stack, "message"),
  mailslot,
  event,
  "shared memory": sharedMemory,
  "ring by view": (stack) => ring(stack, true),
  "ring by copy": (stack) => ring(stack, false),
  WM_COPYDATA: copyData,
};

bindAll();
const wanted = words.filter((word) => word !== "cost");
for (const [subject, open] of Object.entries(SUBJECTS)) {
  if (
    wanted.length > 0 && !wanted.some((word) => subject.includes(`${word}`))
  ) {
    continue;
  }
  await using stack = new AsyncDisposableStack();
  for (const operation of await open(stack)) {
    const result = await measure(operation);
    const what = `${subject}: ${operation.name}`;
    console.log(
      json
        ? JSON.stringify({ name: what, unit: "µs", ...result })
        : `${what.padEnd(36)} ${shown(result.own)} µs of its own ` +
          `(${shown(result.ours)} in all, ${shown(result.bare)} bare)`,
    );
  }
}

/** Both ways by turns; the first round, in which code is compiled, does not count. */
async function measure({ count, quiet, ours, bare }: Operation) {
  const times = { ours: 0, bare: 0 };
  wrapNatives(quiet && !real ? standIn : undefined);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [way, run] of [["ours", ours], ["bare", bare]] as const) {
      const before = processorTime();
      await run(count);
      if (round > 0) times[way] += processorTime() - before;
    }
  }
  wrapNatives(undefined);
  const operations = count * ROUNDS;
  const each = {
    ours: times.ours / operations,
    bare: times.bare / operations,
  };
  return { operations, ...each, own: each.ours - each.bare };
}

function shown(micros: number): string {
  return micros.toFixed(2).padStart(6);
}

function assert(success: number | bigint): void {
  if (Number(success) === 0) throw new Error("A bare call has failed");
}

async function pipe(
  stack: AsyncDisposableStack,
  mode: PipeMode,
): Promise<Operation[]> {
  const listener = stack.use(listenPipe(`${name}-${mode}`, { mode }));
  const client = stack.use(await connectPipe(`${name}-${mode}`, { mode }));
  const server = stack.use(await listener.accept());
  const from = BigInt(handleValue(client));
  const to = BigInt(handleValue(server));
  const buffer = new Uint8Array(SIZE);
  const write = bareWriter(from, direct);
  const read = bareReader(to, direct);
  const arrive = bareWriter(from, kernel32);
  const both = (count: number) => {
    for (let i = 0; i < count; i++) {
      write();
      read();
    }
  };
  return [{
    name: "write",
    count: MANY,
    quiet: true,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        await client.write(message);
        read();
      }
    },
    bare: both,
  }, {
    name: "read",
    count: MANY,
    quiet: true,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        write();
        if (mode === "byte") await server.read(buffer);
        else await server.readMessage();
      }
    },
    bare: both,
  }, {
    name: "read that waits",
    count: FEW,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        const reading = server.read(buffer);
        arrive();
        await reading;
      }
    },
    async bare(count) {
      using done = createEvent(null);
      const handles = new BigUint64Array([BigInt(handleValue(done))]);
      // The event's low bit keeps the completion from winipc's port.
      const overlapped = new BigUint64Array([0n, 0n, 0n, handles[0]! | 1n]);
      for (let i = 0; i < count; i++) {
        kernel32.ReadFile(to, buffer, SIZE, 0n, overlapped);
        arrive();
        await kernel32.WaitForMultipleObjects(1, handles, 0, FOREVER);
      }
    },
  }];
}

function bareWriter(
  handle: bigint,
  { WriteFile }: Pick<typeof kernel32, "WriteFile">,
): () => void {
  const overlapped = new BigUint64Array(4);
  return () => assert(WriteFile(handle, message, SIZE, 0n, overlapped));
}

function bareReader(
  handle: bigint,
  { ReadFile }: Pick<typeof kernel32, "ReadFile">,
): () => void {
  const buffer = new Uint8Array(SIZE);
  const overlapped = new BigUint64Array(4);
  return () => assert(ReadFile(handle, buffer, SIZE, 0n, overlapped));
}

async function mailslot(stack: AsyncDisposableStack): Promise<Operation[]> {
  const reader = stack.use(createMailslot(name));
  const sender = stack.use(await openMailslot(name));
  const send = bareWriter(BigInt(handleValue(sender)), direct);
  const receive = bareReader(BigInt(handleValue(reader)), direct);
  const both = (count: number) => {
    for (let i = 0; i < count; i++) {
      send();
      receive();
    }
  };
  return [{
    name: "send",
    count: MANY,
    quiet: true,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        await sender.send(message);
        receive();
      }
    },
    bare: both,
  }, {
    name: "receive",
    count: MANY,
    quiet: true,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        send();
        await reader.receive();
      }
    },
    bare: both,
  }];
}

function event(stack: AsyncDisposableStack): Operation[] {
  const stays = stack.use(createEvent(null, { manualReset: true, set: true }));
  const raw = BigInt(handleValue(stays));
  const resets = stack.use(createEvent(null));
  const handles = new BigUint64Array([BigInt(handleValue(resets))]);
  return [{
    name: "set",
    count: MANY,
    quiet: true,
    ours(count) {
      for (let i = 0; i < count; i++) stays.set();
    },
    bare(count) {
      for (let i = 0; i < count; i++) assert(direct.SetEvent(raw));
    },
  }, {
    name: "wait for one that is set",
    count: MANY,
    quiet: true,
    async ours(count) {
      for (let i = 0; i < count; i++) await waitFor(stays);
    },
    bare(count) {
      for (let i = 0; i < count; i++) direct.WaitForSingleObject(raw, 0);
    },
  }, {
    name: "a wait on another thread",
    count: FEW,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        const waiting = waitFor(resets);
        resets.set();
        await waiting;
      }
    },
    async bare(count) {
      for (let i = 0; i < count; i++) {
        const waiting = kernel32.WaitForMultipleObjects(1, handles, 0, FOREVER);
        assert(kernel32.SetEvent(handles[0]!));
        await waiting;
      }
    },
  }];
}

function sharedMemory(stack: AsyncDisposableStack): Operation[] {
  const memory = stack.use(createSharedMemory(name, { size: 4096 }));
  const there = allocated();
  const buffer = new Uint8Array(SIZE);
  return [{
    name: "write",
    count: MANY,
    ours(count) {
      for (let i = 0; i < count; i++) memory.write(message);
    },
    bare(count) {
      for (let i = 0; i < count; i++) {
        kernel32.RtlMoveMemory(there, message, BigInt(SIZE));
      }
    },
  }, {
    name: "read",
    count: MANY,
    ours(count) {
      for (let i = 0; i < count; i++) memory.readInto(buffer);
    },
    bare(count) {
      for (let i = 0; i < count; i++) {
        kernel32.CopyOut(buffer, there, BigInt(SIZE));
      }
    },
  }];
}

/** Memory of its own that stays until the program ends. */
function allocated(): bigint {
  const MEM_COMMIT_AND_RESERVE = 0x3000;
  const PAGE_READWRITE = 4;
  return kernel32.VirtualAlloc(
    0n,
    4096n,
    MEM_COMMIT_AND_RESERVE,
    PAGE_READWRITE,
  );
}

/** Bare: the message's bytes, and one number that says so. */
async function ring(
  stack: AsyncDisposableStack,
  zeroCopy: boolean,
): Promise<Operation[]> {
  const ringName = `${name}-${zeroCopy}`;
  const capacity = 4 * BATCH * SIZE;
  const producer = stack.use(createRing(ringName, { capacity, zeroCopy }));
  const consumer = stack.use(await openRing(ringName, { zeroCopy }));
  const { copyIn, copyOut, publish } = bareMemory(zeroCopy);
  const buffer = new Uint8Array(SIZE);
  const batch = new Array<Uint8Array<ArrayBuffer>>(BATCH).fill(message);
  const target = new Uint8Array(BATCH * (SIZE + 8));
  return [{
    name: "write and read",
    count: MANY,
    ours(count) {
      for (let i = 0; i < count; i++) {
        producer.tryWrite(message);
        consumer.tryReadInto(buffer);
      }
    },
    bare(count) {
      for (let i = 0; i < count; i++) {
        copyIn(message);
        publish(i);
        copyOut(buffer);
        publish(i);
      }
    },
  }, {
    name: "awaited write and read",
    count: MANY,
    async ours(count) {
      for (let i = 0; i < count; i++) {
        await producer.write(message);
        await consumer.readInto(buffer);
      }
    },
    bare(count) {
      for (let i = 0; i < count; i++) {
        copyIn(message);
        publish(i);
        copyOut(buffer);
        publish(i);
      }
    },
  }, {
    name: `write and read in batches of ${BATCH}`,
    count: MANY,
    ours(count) {
      for (let i = 0; i < count; i += BATCH) {
        producer.tryWriteBatch(batch);
        consumer.tryReadBatch(target);
      }
    },
    bare(count) {
      for (let i = 0; i < count; i += BATCH) {
        for (const bytes of batch) copyIn(bytes);
        publish(i);
        copyOut(target);
        publish(i);
      }
    },
  }];
}

function bareMemory(zeroCopy: boolean) {
  const address = allocated();
  if (!zeroCopy) {
    const number = new Uint32Array(new ArrayBuffer(4));
    return {
      copyIn: (bytes: Uint8Array<ArrayBuffer>) =>
        kernel32.RtlMoveMemory(address, bytes, BigInt(bytes.byteLength)),
      copyOut: (bytes: Uint8Array<ArrayBuffer>) =>
        kernel32.CopyOut(bytes, address, BigInt(bytes.byteLength)),
      publish(value: number) {
        number[0] = value;
        kernel32.RtlMoveMemory(address, number, 4n);
      },
    };
  }
  const pointer = Deno.UnsafePointer.create(address)!;
  const memory = Deno.UnsafePointerView.getArrayBuffer(pointer, 4096);
  const bytes = new Uint8Array(memory);
  const words = new Int32Array(memory);
  return {
    copyIn: (from: Uint8Array) => bytes.set(from),
    copyOut: (to: Uint8Array) => to.set(bytes.subarray(0, to.byteLength)),
    publish: (value: number) => void Atomics.store(words, 0, value),
  };
}

/** To the same window, so that what receives is the same; only sending is winipc's. */
function copyData(stack: AsyncDisposableStack): Operation[] {
  const { handle } = stack.use(listenMessages({ title: name }, () => 1));
  const address = allocated();
  kernel32.RtlMoveMemory(address, message, BigInt(SIZE));
  const copyDataStruct = new BigUint64Array([0n, BigInt(SIZE), address]);
  const answer = new BigUint64Array(1);
  return [{
    name: "send",
    count: FEW,
    async ours(count) {
      for (let i = 0; i < count; i++) await sendCopyData({ handle }, message);
    },
    async bare(count) {
      for (let i = 0; i < count; i++) {
        const sent = await user32.SendMessageTimeoutW(
          BigInt(handle),
          WM_COPYDATA,
          0n,
          copyDataStruct,
          SMTO_ABORTIFHUNG,
          5000,
          answer,
        );
        assert(sent);
      }
    },
  }];
}
