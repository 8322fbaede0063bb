// deno-lint-ignore-file no-console
// One side of a mechanism at full load, and how long the turns of its event loop
// take. Arguments: the mechanism, "first" or "second", a name, for how many ms.
// The first says when the second can start. Both count when the load has run for
// WARM_UP_MS: until then, V8 compiles, and the start of a process takes the
// processors. Prints the times of the turns.
import {
  connectPipe,
  connectRpc,
  createEvent,
  createMailslot,
  createRing,
  createSharedMemory,
  listenMessages,
  listenPipe,
  openEvent,
  openMailslot,
  openRing,
  openSharedMemory,
  type PipeMode,
  sendCopyData,
  serveRpc,
  spawn,
  waitFor,
} from "../../../mod.ts";
import { runArgs } from "../../support/deno.ts";

/** Carries the load until it is over; the first side says `ready` when the second can start. */
type Load = (ready: () => void) => Promise<unknown>;

const [mechanism, side, name, time] = Deno.args as [
  string,
  "first" | "second",
  string,
  string,
];
const TIME_MS = Number(time);
const WARM_UP_MS = 500;
const UUID = "7d0f4a5e-0c1b-4c55-9a7e-2f6a0d5b8c11";
const CALLS = 8;
const small = new Uint8Array(64).fill(7);
const large = new Uint8Array(65_536).fill(7);
const largest = new Uint8Array(1 << 20).fill(7);

const LOADS: Record<string, Record<"first" | "second", Load>> = {
  "no load": {
    async first(ready) {
      ready();
      await untilOver(waitForAbort);
    },
    second: idle,
  },
  "pipe, 64 bytes": pipe("byte", small),
  "pipe, 64 KiB": pipe("byte", large),
  "pipe, 1 MiB": pipe("byte", largest),
  "pipe, messages of 64 bytes": pipe("message", small),
  mailslot: {
    async first(ready) {
      await using mailslot = createMailslot(name);
      ready();
      await untilOver(async (signal) => {
        for (;;) await mailslot.receive({ signal });
      });
    },
    async second() {
      await using sender = await openMailslot(name);
      await during(() => sender.send(small));
    },
  },
  ring: {
    async first(ready) {
      await using ring = createRing(name, {
        role: "consumer",
        capacity: 1 << 20,
      });
      ready();
      while (await ring.read() !== null);
    },
    async second() {
      await using ring = await openRing(name, { role: "producer" });
      await during(() => ring.write(small));
    },
  },
  event: {
    async first(ready) {
      using there = createEvent(name);
      using back = createEvent(`${name}-back`);
      ready();
      await untilOver(async (signal) => {
        for (;;) {
          await waitFor(there, { signal });
          back.set();
        }
      });
    },
    async second() {
      using there = openEvent(name);
      using back = openEvent(`${name}-back`);
      await during(async () => {
        there.set();
        await waitFor(back, { timeout: 1000 });
      });
    },
  },
  WM_COPYDATA: {
    async first(ready) {
      await using listener = listenMessages({ title: name });
      await listener.handle;
      ready();
      await untilOver(async (signal) => {
        for (;;) await listener.receive({ signal });
      });
    },
    second: () => during(() => sendCopyData(name, small)),
  },
  RPC: {
    async first(ready) {
      await using _server = await serveRpc({
        bindings: [`ncalrpc:[${name}]`],
        interfaces: { uuid: UUID, procedures: [(bytes) => bytes] },
      });
      ready();
      await untilOver(waitForAbort);
    },
    async second() {
      using client = await connectRpc(`ncalrpc:[${name}]`, { uuid: UUID });
      const call = () => during(() => client.call(0, small));
      await Promise.all(Array.from({ length: CALLS }, call));
    },
  },
  "Deno's TCP, 64 bytes": tcp(small),
  "Deno's TCP, 64 KiB": tcp(large),
  "Deno's TCP, 1 MiB": tcp(largest),
  "a child's stdout": {
    async first(ready) {
      const script = new URL("./anonymous_source.ts", import.meta.url);
      const args = runArgs(script, [65_536, 1_000_000], []);
      await using child = spawn(Deno.execPath(), { args, stdout: "pipe" });
      const buffer = new Uint8Array(1 << 20);
      await child.stdout.read(buffer);
      ready();
      await during(() => child.stdout.read(buffer));
    },
    second: idle,
  },
};

/** Set when the load is over. */
const over = side === "first"
  ? createEvent(`${name}-over`, { manualReset: true })
  : openEvent(`${name}-over`);
/** Set when both sides begin to count. */
const warm = side === "first"
  ? createEvent(`${name}-warm`, { manualReset: true })
  : openEvent(`${name}-warm`);
/** The times of the turns in ms, whose memory is there before: a list that grows would be a load. */
const turns = new Float64Array(1 << 22).fill(0);
let count = 0;
let last = 0;
let loaded = true;
/** When the load of the second side ends: see `during()`. */
let end = Infinity;
const load = LOADS[mechanism]![side](() => console.log("ready"));
if (side === "second") setTimeout(() => warm.set(), WARM_UP_MS);
waitFor(warm).then(() => {
  last = performance.now();
  end = last + TIME_MS;
  setImmediate(turn);
});
/** Each turn has one immediate. */
function turn(): void {
  const now = performance.now();
  turns[count++] = now - last;
  last = now;
  if (loaded) setImmediate(turn);
}
await load;
loaded = false;
const sorted = turns.slice(0, count).sort().reverse();
console.log(JSON.stringify({
  longest: sorted[0],
  rare: sorted[Math.floor(count / 1000)],
  over: sorted.filter((ms) => ms > 5).length,
  turns: count,
}));
if (side === "second") over.set();
else await waitFor(over);
Deno.exit();

/** Bytes or messages from the second side to the first. */
function pipe(mode: PipeMode, bytes: Uint8Array): typeof LOADS[string] {
  return {
    async first(ready) {
      await using listener = listenPipe(name, { mode });
      ready();
      await using server = await listener.accept();
      const buffer = new Uint8Array(1 << 20);
      if (mode === "byte") { while (await server.read(buffer) !== null); }
      else while (await server.readMessage() !== null);
    },
    async second() {
      await using client = await connectPipe(name, { mode });
      await during(() => client.write(bytes));
    },
  };
}

/** Repeats `step` until the side has counted for TIME_MS. */
async function during(step: () => Promise<unknown>): Promise<void> {
  while (performance.now() < end) await step();
}

/** A second side without a load. */
async function idle(): Promise<void> {
  await waitFor(warm);
  await new Promise((resolve) => setTimeout(resolve, TIME_MS));
}

/** Bytes from the second side to the first by Deno's own sockets, to compare with. */
function tcp(bytes: Uint8Array): typeof LOADS[string] {
  return {
    async first(ready) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      using memory = createSharedMemory(name, { size: 8 });
      memory.write(new TextEncoder().encode(`${listener.addr.port}`));
      ready();
      using server = await listener.accept();
      const buffer = new Uint8Array(1 << 20);
      while (await server.read(buffer) !== null);
    },
    async second() {
      using memory = openSharedMemory(name);
      const port = parseInt(new TextDecoder().decode(memory.read(0, 8)));
      using client = await Deno.connect({ hostname: "127.0.0.1", port });
      await during(() => client.write(bytes));
    },
  };
}

/** Runs `work` of the first side until the second one has ended its load. */
async function untilOver(
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const ended = new AbortController();
  waitFor(over).then(() => ended.abort());
  const { signal } = ended;
  await work(signal).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.onabort = () => resolve());
}
