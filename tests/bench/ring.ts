// deno-lint-ignore-file no-console
/**
 * How fast rings are between two processes, beside the limits of the machine.
 * `--json` prints one object a line.
 */

import { fileURLToPath } from "node:url";
import { createRing, type RingConsumer } from "../../lib/ring/mod.ts";
import { createEvent, waitFor } from "../../lib/sync/mod.ts";

interface Result {
  name: string;
  value: number;
  unit: string;
}

const JSON_LINES = Deno.args.includes("--json");
const QUICK = Deno.args.includes("--quick");
const ROUND_TRIPS = QUICK ? 500 : 5000;
const RUNS = QUICK ? 1 : 5;
const CAPACITY = 1 << 22;
const STRETCH = 1 << 25;
const COPIED = 1 << 18;

let counter = 0;

for (const size of [64, 1024, 65536]) {
  const bytes = QUICK ? 2 ** 26 : 2 ** 28;
  report(
    `Uint8Array.set, one process, ${size} B`,
    await best(() => Promise.resolve(copyRate(size, bytes))),
  );
  for (const way of ["view", "copy"]) {
    const most = way === "copy" ? 524_288 : 4_194_304;
    const count = Math.min(bytes / size, most);
    report(
      `ring, ${way}, ${size} B`,
      await best(() => ringRate("single", size, count, way)),
    );
    if (size === 65536) continue;
    report(
      `ring, ${way}, batches, ${size} B`,
      await best(() => ringRate("batch", size, count, way)),
    );
  }
}
print("event ping-pong, round trip", await eventRoundTrip(), "µs");
print("ring, sleeping, round trip", await ringRoundTrip("sleep"), "µs");
print("ring, spinning, round trip", await ringRoundTrip("spin"), "µs");

/** The best of some runs: what else the machine does only makes them slower. */
async function best(run: () => Promise<Rate>): Promise<Rate> {
  let best = await run();
  for (let i = 1; i < RUNS; i++) {
    const rate = await run();
    const stretch = Math.max(rate.stretch ?? 0, best.stretch ?? 0);
    best = { ...(rate.bytes > best.bytes ? rate : best), stretch };
  }
  return best;
}

/** Bytes a second that one process copies between two of its buffers. */
function copyRate(size: number, bytes: number): Rate {
  const from = new Uint8Array(COPIED).fill(1);
  const to = new Uint8Array(COPIED);
  const parts = Array.from(
    { length: COPIED / size },
    (_, i) => from.subarray(i * size, (i + 1) * size),
  );
  const since = performance.now();
  let copied = 0;
  while (copied < bytes) {
    for (let i = 0; i < parts.length; i++) to.set(parts[i]!, i * size);
    copied += COPIED;
  }
  return rate(copied / size, size, performance.now() - since);
}

async function ringRate(
  job: string,
  size: number,
  count: number,
  way: string,
): Promise<Rate> {
  const name = uniqueName();
  const zeroCopy = way === "view";
  await using ring = createRing(name, {
    capacity: CAPACITY,
    role: "consumer",
    zeroCopy,
  });
  const peer = start(job, name, size, count, way);
  const target = new Uint8Array(size);
  // The clock begins with the first message: starting a process is not the ring's.
  await ring.readInto(target);
  const since = performance.now();
  const [read, stretch] = job === "batch"
    ? [await readBatches(ring), Infinity]
    : await readAll(ring, target);
  const time = performance.now() - since;
  await peer.status;
  if (read + 1 !== count) throw new Error(`${read + 1} of ${count} arrived`);
  return { ...rate(read, size, time), stretch: size / stretch * 1000 };
}

async function readAll(
  ring: RingConsumer,
  target: Uint8Array,
): Promise<[read: number, stretch: number]> {
  const each = STRETCH / target.byteLength;
  let since = performance.now();
  let best = Infinity;
  for (let read = 0;; read++) {
    if (read > 0 && read % each === 0) {
      const now = performance.now();
      best = Math.min(best, now - since);
      since = now;
    }
    if (ring.tryReadInto(target) !== null) continue;
    if (await ring.readInto(target) === null) return [read, best / each];
  }
}

async function readBatches(ring: RingConsumer): Promise<number> {
  const buffer = new Uint8Array(65536);
  let read = 0;
  for (;;) {
    const batch = await ring.readBatch({ buffer });
    if (batch === null) return read;
    batch.forEachRange(() => read++);
  }
}

async function eventRoundTrip(): Promise<number> {
  const name = uniqueName();
  await using there = createEvent(name);
  await using back = createEvent(`${name}-back`);
  const peer = start("event", name, 0, ROUND_TRIPS + 1, "");
  there.set();
  await waitFor(back);
  const since = performance.now();
  for (let i = 0; i < ROUND_TRIPS; i++) {
    there.set();
    await waitFor(back);
  }
  const time = performance.now() - since;
  await peer.status;
  return 1000 * time / ROUND_TRIPS;
}

async function ringRoundTrip(way: "spin" | "sleep"): Promise<number> {
  const name = uniqueName();
  const spin = way === "spin" ? 1_000_000 : 0;
  const there = createRing(name, { capacity: 1000, spin });
  const back = createRing(`${name}-back`, {
    capacity: 1000,
    role: "consumer",
    spin,
  });
  const peer = start("echo", name, 0, 0, way);
  const message = new Uint8Array(64);
  const trip = async () => {
    await there.write(message);
    await back.read();
  };
  await trip();
  const since = performance.now();
  for (let i = 0; i < ROUND_TRIPS; i++) await trip();
  const time = performance.now() - since;
  there.close();
  await peer.status;
  back.close();
  return 1000 * time / ROUND_TRIPS;
}

interface Rate {
  messages: number;
  bytes: number;
  /** Bytes a second in the best stretch of 32 MiB: while neither end slept. */
  stretch?: number;
}

function rate(count: number, size: number, ms: number): Rate {
  const messages = 1000 * count / ms;
  return { messages, bytes: messages * size };
}

function start(...args: (string | number)[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--no-config",
      fileURLToPath(new URL("ring_peer.ts", import.meta.url)),
      ...args.map(String),
    ],
  }).spawn();
}

function uniqueName(): string {
  return `winipc-bench-${Deno.pid}-${++counter}`;
}

function report(name: string, { messages, bytes, stretch = 0 }: Rate): void {
  print(name, messages / 1e6, "M messages/s");
  print(name, bytes / 1e9, "GB/s");
  if (stretch > 0) print(`${name}, best 32 MiB`, stretch / 1e9, "GB/s");
}

function print(name: string, value: number, unit: string): void {
  const result: Result = { name, value, unit };
  console.log(
    JSON_LINES
      ? JSON.stringify(result)
      : `${name.padEnd(44)} ${value.toFixed(3).padStart(10)} ${unit}`,
  );
}
