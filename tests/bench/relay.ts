// deno-lint-ignore-file no-console
/**
 * A relay between a pipe and TCP, beside the pipe alone and beside Node with
 * `net` and `pipe()` in the same run; and requests through a relay on each side
 * of NATS beside NATS' client alone.
 * `relay.ts [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { transport } from "../../lib/relay/nats/client.ts";
import { connectPipe, listenPipe, relay } from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { linesOf } from "../support/lines.ts";
import { node, type Side, start } from "./process.ts";

const { json, quick, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs"],
  default: { runs: "5" },
});
const WRITE = 65_536;
const WRITES = quick ? 1_000 : 6_000;
const REQUESTS = quick ? 200 : 2_000;

type Way = "direct" | Side;

/** From a source to a sink, each a process: over one pipe, or a relay between. */
async function throughput(way: Way): Promise<number> {
  const [near, far] = [objectName(), objectName()];
  await using sink = start("winipc", "sink_server", [far]);
  await sink.line();
  await using stack = new AsyncDisposableStack();
  if (way !== "direct") {
    // Two relays make the way one of TCP: pipe, TCP, pipe.
    const out = stack.use(relayProcess(way, ["tcp", "0", "pipe", far]));
    const port = await out.line();
    const into = stack.use(relayProcess(way, ["pipe", near, "tcp", port]));
    await into.line();
  }
  const name = way === "direct" ? far : near;
  await using _source = start("winipc", "source_client", [
    name,
    `${WRITE}`,
    `${WRITES}`,
  ]);
  return JSON.parse(await sink.line()).megabytes;
}

/** A relay as a process, which is ended with its block. */
function relayProcess(side: Side, args: string[]) {
  const name = side === "node" ? "node_relay.mts" : "relay.ts";
  const file = new URL(`./peers/${name}`, import.meta.url);
  const [program, words] = side === "node"
    ? [node(), ["--no-warnings", fileURLToPath(file)]]
    : [Deno.execPath(), runArgs(file)];
  const child = new Deno.Command(program, {
    args: [...words, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = linesOf(child.stdout);
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The relay of ${side} ended without a word`);
      return value;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      for await (const _line of lines);
      await child.status;
    },
  };
}

/** Microseconds a request of 64 bytes, one after the other. */
async function requests(way: "client" | "relay"): Promise<number> {
  const server = Deno.env.get("WINIPC_TEST_NATS")!;
  const subject = objectName();
  const { connect } = await transport();
  const message = new Uint8Array(64);
  if (way === "client") {
    const [near, far] = await Promise.all(
      [1, 2].map(() => connect({ servers: server })),
    );
    far!.subscribe(subject, {
      callback: (_error, request) => void request.respond(request.data),
    });
    await far!.flush();
    const micros = await timed(() =>
      near!.request(subject, message, { timeout: 5_000 })
    );
    await Promise.all([near!.close(), far!.close()]);
    return micros;
  }
  const [near, far] = [objectName(), objectName()];
  const nats = { servers: server };
  await using listener = listenPipe(far, { mode: "message" });
  await using _out = await relay(`nats-listen:${subject}`, `pipe:${far}`, {
    nats,
  });
  await using _in = await relay(`pipe-listen:${near}`, `nats:${subject}`, {
    nats,
    mode: "message",
  });
  const client = await connectPipe(near);
  const serve = async () => {
    await using connection = await listener.accept();
    for await (const request of connection.messages()) {
      await connection.write(request);
    }
  };
  const serving = serve();
  const micros = await timed(async () => {
    await client.write(message);
    await client.readMessage();
  });
  client.close();
  await _out[Symbol.asyncDispose]();
  await serving;
  return micros;
}

async function timed(request: () => Promise<unknown>): Promise<number> {
  for (let at = 0; at < 100; at++) await request();
  const since = performance.now();
  for (let at = 0; at < REQUESTS; at++) await request();
  return (performance.now() - since) * 1000 / REQUESTS;
}

const passing: Record<Way, number[]> = { direct: [], winipc: [], node: [] };
for (let at = 0; at < Number(runs); at++) {
  for (const way of ["direct", "winipc", "node"] as const) {
    passing[way].push(await throughput(way));
  }
}
report("relay pipe to TCP to pipe, 64 KiB", "MB/s", passing.winipc, {
  Node: passing.node,
  "the pipe alone": passing.direct,
});

if (Deno.env.has("WINIPC_TEST_NATS")) {
  const asked = { client: [] as number[], relay: [] as number[] };
  for (let at = 0; at < Number(runs); at++) {
    for (const way of ["client", "relay"] as const) {
      asked[way].push(await requests(way));
    }
  }
  report(
    "relay pipe to NATS to pipe and back, 64 bytes",
    "µs a request",
    asked.relay,
    { "NATS' client alone": asked.client },
  );
}

function report(
  name: string,
  unit: string,
  ours: number[],
  beside: Record<string, number[]>,
): void {
  const others = Object.entries(beside).map(([who, values]) => ({
    who,
    median: median(values),
    ratio: median(ours.map((value, at) => value / values[at]!)),
  }));
  if (json) {
    console.log(JSON.stringify({ name, unit, median: median(ours), others }));
    return;
  }
  const rest = others.map(({ who, median, ratio }) =>
    `${who} ${show(median)}, ratio ${ratio.toFixed(2)}`
  );
  console.log(`${name}  ${show(median(ours))} ${unit}   ${rest.join("   ")}`);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function show(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 0 });
}

function objectName(): string {
  return `winipc-bench-${Deno.pid}-${crypto.randomUUID()}`;
}
