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
const STRETCH = 20;
/** So long in ms round trips go before the clock begins: the code is being compiled. */
const WARM_UP_MS = 1000;
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
for (const zeroCopy of [true, false]) {
  const by = zeroCopy ? "view" : "copy";
  for (const way of ["sleep", "spin"] as const) {
    const { mean, undisturbed } = await ringRoundTrip(way, zeroCopy);
    const how = { sleep: "sleeping", spin: "spinning" }[way];
    const name = `ring, ${by}, ${how}, round trip`;
    print(name, mean, "µs");
    print(`${name}, median of ${STRETCH} trips`, undisturbed, "µs");
  }
}

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
    const stretch = of(({ stretch }) => stretch);
    const row = `${ring}, median stretch`;
    print(row, stretch / size / 1e6, "M messages/s");
    print(row, stretch / 1e9, "GB/s");
    print(`${row}, of the limit`, stretch / limit, "");
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

/** The mean, and the median of stretches, most of which nothing else disturbs. */
async function ringRoundTrip(
  way: "spin" | "sleep",
  zeroCopy: boolean,
): Promise<{ mean: number; undisturbed: number }> {
  const name = uniqueName();
  const spin = way === "spin" ? 1_000_000 : 0;
  const there = createRing(name, { capacity: 1000, spin, zeroCopy });
  const back = createRing(`${name}-back`, {
    capacity: 1000,
    role: "consumer",
    spin,
    zeroCopy,
  });
  const peer = start(`echo ${way}`, name, 0, 0, zeroCopy ? "view" : "copy");
  const message = new Uint8Array(64);
  const trip = async () => {
    await there.write(message);
    await back.read();
  };
  const warm = performance.now() + WARM_UP_MS;
  while (performance.now() < warm) await trip();
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i += STRETCH) {
    const since = performance.now();
    for (let trips = 0; trips < STRETCH; trips++) await trip();
    times.push(1000 * (performance.now() - since) / STRETCH);
  }
  there.close();
  await peer.status;
  back.close();
  const sum = times.reduce((a, b) => a + b);
  return { mean: sum / times.length, undisturbed: median(times) };
}

function print(name: string, value: number, unit: string): void {
  const result: Result = { name, value, unit };
  console.log(
    JSON_LINES
      ? JSON.stringify(result)
      : `${name.padEnd(48)} ${value.toFixed(3).padStart(10)} ${unit}`,
  );
}
