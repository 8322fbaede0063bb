/** How fast a ring between two processes is, and memory within one. */

import { createRing, type RingConsumer } from "../../lib/ring/mod.ts";
import { runArgs } from "../support/deno.ts";

/** How the consumer reads: each message by a copy, many by one, or where they stand. */
type Job = "single" | "batch" | "in place";

/** A way to read a ring. */
export interface Way {
  /** What the report calls it. */
  name: string;
  job: Job;
  zeroCopy: boolean;
}

/** What was measured. */
export interface Rate {
  /** Messages a second. */
  messages: number;
  /** Bytes a second. */
  bytes: number;
  /** Bytes a second in the median of the stretches, of 16,384 messages or 32 MiB: most of them nothing else disturbs. */
  stretch: number;
}

const QUICK = Deno.args.includes("--quick");
/** A stretch has so many messages, and at most so many bytes. */
const STRETCH_MESSAGES = 1 << 14;
const STRETCH_BYTES = 1 << 25;
/** This part of the messages goes before the clock begins: so long the code is being compiled. */
const WARM_UP = 0.2;
const CACHE_LINE = 64;
const FILL = 7;

let counter = 0;

/** Bytes a second that one process copies between two buffers of `capacity` bytes, which is the ring's. */
export function copyRate(size: number, capacity: number): number {
  const from = new Uint8Array(capacity).fill(FILL);
  const to = new Uint8Array(capacity);
  const parts = Array.from(
    { length: capacity / size },
    (_, i) => from.subarray(i * size, (i + 1) * size),
  );
  const rounds = Math.ceil((QUICK ? 2 ** 29 : 2 ** 31) / capacity);
  const rates = Array.from({ length: rounds }, () => {
    const since = performance.now();
    for (let i = 0; i < parts.length; i++) to.set(parts[i]!, i * size);
    return capacity / (performance.now() - since);
  });
  return 1000 * median(rates);
}

/** The rate of one run in one way, through a ring of `capacity` bytes. */
export async function ringRate(
  way: Way,
  size: number,
  capacity: number,
): Promise<Rate> {
  const { job, zeroCopy } = way;
  const count = countOf(way, size);
  const name = uniqueName();
  await using ring = createRing(name, {
    capacity,
    role: "consumer",
    zeroCopy,
  });
  const written = job === "batch" ? job : "single";
  const peer = start(written, name, size, count, zeroCopy ? "view" : "copy");
  const target = new Uint8Array(size);
  // Starting a process is not the ring's.
  await ring.readInto(target);
  const clock = new Clock(size, Math.floor(WARM_UP * count));
  if (job === "batch") await readBatches(ring, clock);
  else if (job === "in place") await readInPlace(ring, clock);
  else await readAll(ring, target, clock);
  const rate = clock.rate();
  await peer.status;
  if (clock.read + 1 !== count) {
    throw new Error(`${clock.read + 1} of ${count} arrived`);
  }
  return rate;
}

function countOf({ job, zeroCopy }: Way, size: number): number {
  const bytes = 2 ** ((size === 65536 ? 34 : 31) - (QUICK ? 3 : 0));
  const most = job === "single" && !zeroCopy ? 2 ** 22 : 2 ** 25;
  return Math.min(bytes / size, most);
}

/** Counts messages, and the time of each stretch of them, after the first ones. */
class Clock {
  read = 0;
  readonly #size: number;
  readonly #warmUp: number;
  readonly #stretch: number;
  readonly #stretches: number[] = [];
  #first: number | undefined;
  #began = 0;
  #since = 0;
  #counted = 0;

  constructor(size: number, warmUp: number) {
    this.#size = size;
    this.#warmUp = warmUp;
    this.#stretch = Math.min(STRETCH_MESSAGES * size, STRETCH_BYTES);
  }

  took(messages: number): void {
    this.read += messages;
    if (this.read < this.#warmUp) return;
    if (this.#first === undefined) {
      this.#first = this.#counted = this.read;
      this.#began = this.#since = performance.now();
    }
    const bytes = (this.read - this.#counted) * this.#size;
    if (bytes < this.#stretch) return;
    const now = performance.now();
    this.#stretches.push(bytes / (now - this.#since));
    this.#since = now;
    this.#counted = this.read;
  }

  rate(): Rate {
    const ms = performance.now() - this.#began;
    const messages = 1000 * (this.read - this.#first!) / ms;
    return {
      messages,
      bytes: messages * this.#size,
      stretch: 1000 * median(this.#stretches),
    };
  }
}

async function readAll(
  ring: RingConsumer,
  target: Uint8Array,
  clock: Clock,
): Promise<void> {
  const last = target.byteLength - 1;
  for (;;) {
    target[last] = 0;
    if (
      ring.tryReadInto(target) === null &&
      await ring.readInto(target) === null
    ) return;
    if (target[last] !== FILL) throw new Error("A message came damaged");
    clock.took(1);
  }
}

async function readBatches(ring: RingConsumer, clock: Clock): Promise<void> {
  const buffer = new Uint8Array(65536);
  for (;;) {
    const batch = await ring.readBatch({ buffer });
    if (batch === null) return;
    let read = 0;
    batch.forEachRange(() => read++);
    clock.took(read);
  }
}

/** Looks at one byte of each cache line, so that all of the memory comes to this processor. */
async function readInPlace(ring: RingConsumer, clock: Clock): Promise<void> {
  for (;;) {
    using loan = ring.tryBorrow() ?? await ring.borrow();
    if (loan === null) return;
    let sum = 0;
    let lines = 0;
    loan.forEachRange((bytes, start, end) => {
      for (let at = start; at < end; at += CACHE_LINE) sum += bytes[at]!;
      lines += Math.ceil((end - start) / CACHE_LINE);
    });
    if (sum !== lines * FILL) throw new Error("A message came damaged");
    clock.took(loan.length);
  }
}

/** Starts the other process. */
export function start(...args: (string | number)[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: runArgs(new URL("ring_peer.ts", import.meta.url), args),
  }).spawn();
}

/** A name for a ring that no other has. */
export function uniqueName(): string {
  return `winipc-bench-${Deno.pid}-${++counter}`;
}

/** The middle one of `values`. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
