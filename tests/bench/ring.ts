// deno-lint-ignore-file no-console
/**
 * How fast rings are between two processes, beside the limits of the machine.
 * `--json` prints one object a line.
 */

import { createRing } from "../../lib/ring/mod.ts";
import { createEvent, waitFor } from "../../lib/sync/mod.ts";
import {
  copyRate,
  median,
  type Rate,
  ringRate,
  start,
  uniqueName,
  type Way,
} from "./ring_rate.ts";

interface Result {
  name: string;
  value: number;
  unit: string;
}

const JSON_LINES = Deno.args.includes("--json");
const QUICK = Deno.args.includes("--quick");
const ROUND_TRIPS = QUICK ? 500 : 5000;
const RUNS = QUICK ? 3 : 5;

const EACH: Way[] = [
  { name: "view", job: "single", zeroCopy: true },
  { name: "copy", job: "single", zeroCopy: false },
];
const SHORT: Way[] = [
  { name: "view, batches", job: "batch", zeroCopy: true },
  { name: "copy, batches", job: "batch", zeroCopy: false },
];
const IN_PLACE: Way = { name: "in place", job: "in place", zeroCopy: true };

const MIB = 2 ** 20;

await compare(64, 4 * MIB, [...EACH, ...SHORT]);
await compare(1024, 4 * MIB, [...EACH, ...SHORT]);
// Within the processors' caches, and beyond them.
await compare(65536, 4 * MIB, [...EACH, IN_PLACE]);
await compare(65536, 64 * MIB, [...EACH, IN_PLACE]);
print("event ping-pong, round trip", await eventRoundTrip(), "µs");
print("ring, sleeping, round trip", await ringRoundTrip("sleep"), "µs");
print("ring, spinning, round trip", await ringRoundTrip("spin"), "µs");

/**
 * The ways in turn, each beside the limit: the best of all runs of
 * `Uint8Array.set`, because what else the machine does only makes it slower.
 */
async function compare(
  size: number,
  capacity: number,
  ways: readonly Way[],
): Promise<void> {
  const rates = new Map<Way, Rate[]>(ways.map((way) => [way, []]));
  let limit = 0;
  for (let i = 0; i < RUNS; i++) {
    limit = Math.max(limit, copyRate(size, capacity));
    for (const way of ways) {
      rates.get(way)!.push(await ringRate(way, size, capacity));
    }
  }
  const title = `${size} B, ${capacity / MIB} MiB`;
  print(`Uint8Array.set, one process, ${title}`, limit / 1e9, "GB/s");
  for (const [{ name }, runs] of rates) {
    const of = (pick: (rate: Rate) => number) => median(runs.map(pick));
    const ring = `ring, ${name}, ${title}`;
    print(ring, of(({ messages }) => messages) / 1e6, "M messages/s");
    print(ring, of(({ bytes }) => bytes) / 1e9, "GB/s");
    print(`${ring}, of the limit`, of(({ bytes }) => bytes) / limit, "");
    if (size < 65536) continue;
    const stretch = of(({ stretch }) => stretch);
    print(`${ring}, median 32 MiB`, stretch / 1e9, "GB/s");
    print(`${ring}, median 32 MiB, of the limit`, stretch / limit, "");
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

function print(name: string, value: number, unit: string): void {
  const result: Result = { name, value, unit };
  console.log(
    JSON_LINES
      ? JSON.stringify(result)
      : `${name.padEnd(48)} ${value.toFixed(3).padStart(10)} ${unit}`,
  );
}
