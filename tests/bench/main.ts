// deno-lint-ignore-file no-console
/**
 * The benchmarks: two processes on each side, winipc and Node's `net` in turn,
 * medians and ratios; then the rings beside the limits of the machine.
 * `deno task bench [--json] [--runs N] [--quick] [NAME…]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { median } from "./median.ts";
import { type Side, start } from "./process.ts";

interface Result {
  readonly name: string;
  readonly unit: string;
  readonly winipc: number[];
  readonly node: number[];
}

interface Benchmark {
  readonly unit: string;
  readonly sides: readonly Side[];
  run(side: Side, name: string): Promise<number>;
}

const { json, quick, runs, _: wanted } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs", "_"],
  default: { runs: "5" },
});

const BENCHMARKS: Record<string, Benchmark> = {
  "pipe echo, 64 bytes": echo(64, 5000),
  "pipe echo, 64 bytes, processor time": {
    ...echo(64, 5000, "processor"),
    unit: "µs of both processes",
  },
  "pipe echo, 4 KiB": echo(4096, 3000),
  "pipe one way, 64 bytes, stream": oneWay(64, 300_000, "stream"),
  "pipe one way, 64 bytes, unawaited": oneWay(64, 300_000, "unawaited"),
  "pipe one way, 4 KiB, stream": oneWay(4096, 40_000, "stream"),
  "pipe one way, 4 KiB, unawaited": oneWay(4096, 40_000, "unawaited"),
  "pipe one way, 64 KiB": oneWay(65536, 6000, "awaited"),
  "pipe one way, 64 KiB, stream": oneWay(65536, 6000, "stream"),
  "mailslot, 64 bytes": {
    unit: "messages/s",
    sides: ["winipc"],
    async run(side, name) {
      await using reader = start(side, "mailslot_reader", [name]);
      await reader.line();
      await using _writer = start(side, "mailslot_writer", [
        name,
        "64",
        "20000",
      ]);
      return JSON.parse(await reader.line()).rate;
    },
  },
};

for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(`${word}`))) {
    continue;
  }
  report(await measure(name, benchmark));
}

// What winipc costs by itself has the same native calls beside it.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "cost")) {
  await import("./cost.ts");
}

// Starts have that of an empty script beside them.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "start")) {
  await import("./start.ts");
}

// Messages have a bare C program beside them, too.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "message")) {
  await import("./message.ts");
}

// Children have the pipes of Deno.Command beside them.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "anonymous")) {
  await import("./anonymous_pipe.ts");
}

// Tracing has Deno's own calls beside it.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "trace")) {
  await import("./trace.ts");
}

// RPC has C programs beside it.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "rpc")) {
  await import("./rpc.ts");
}

// Relays have Node's pipe() and NATS' own client beside them.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "relay")) {
  await import("./relay.ts");
}

// Many objects have few beside them.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "scale")) {
  await import("./scale.ts");
}

// The event loop under load has one without a load beside it.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "stall")) {
  await import("./stall.ts");
}

// The command line has a floor of its own: 50 MB/s.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "lines")) {
  await import("./lines.ts");
}

// The rings have their own limits of comparison: memory, and a bare event.
if (wanted.length === 0 || wanted.some((word) => `${word}` === "ring")) {
  await import("./ring.ts");
}

function echo(
  size: number,
  count: number,
  what: "micros" | "processor" = "micros",
): Benchmark {
  return {
    unit: "µs a round trip",
    sides: ["winipc", "node"],
    async run(side, name) {
      await using server = start(side, "echo_server", [name]);
      await server.line();
      const args = [name, `${size}`, `${part(count)}`];
      await using client = start(side, "echo_client", args);
      const { [what]: near } = JSON.parse(await client.line());
      if (what === "micros") return near;
      return near + JSON.parse(await server.line()).processor;
    },
  };
}

/** Writes of so many bytes; Node writes in its only way, with its backpressure. */
function oneWay(
  size: number,
  count: number,
  way: "awaited" | "unawaited" | "stream",
): Benchmark {
  return {
    unit: size < 4096 ? "writes/s" : "MB/s",
    sides: ["winipc", "node"],
    async run(side, name) {
      await using server = start(side, "sink_server", [name]);
      await server.line();
      const args = [name, `${size}`, `${part(count)}`, way];
      await using _client = start(side, "source_client", args);
      const { megabytes } = JSON.parse(await server.line());
      return size < 4096 ? megabytes * 1e6 / size : megabytes;
    },
  };
}

/** Of the operations, with `--quick` a tenth. */
function part(count: number): number {
  return quick ? Math.ceil(count / 10) : count;
}

async function measure(name: string, benchmark: Benchmark): Promise<Result> {
  const result: Result = { name, unit: benchmark.unit, winipc: [], node: [] };
  for (let i = 0; i < Number(runs); i++) {
    for (const side of benchmark.sides) {
      const object = `winipc-bench-${Deno.pid}-${crypto.randomUUID()}`;
      result[side].push(await benchmark.run(side, object));
    }
  }
  return result;
}

function report({ name, unit, winipc, node }: Result): void {
  const ours = median(winipc);
  const theirs = node.length > 0 ? median(node) : null;
  const ratio = theirs === null ? null : median(
    winipc.map((value, i) => value / node[i]!),
  );
  if (json) {
    console.log(JSON.stringify({
      name,
      unit,
      winipc: { median: ours, runs: winipc },
      node: theirs === null ? null : { median: theirs, runs: node },
      ratio,
    }));
    return;
  }
  const beside = theirs === null
    ? ""
    : `   Node ${show(theirs)}   ratio ${ratio!.toFixed(2)}`;
  console.log(`${name.padEnd(34)} ${show(ours)} ${unit}${beside}`);
}

function show(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 0 }).padStart(8);
}
