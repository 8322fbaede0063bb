// deno-lint-ignore-file no-console
/**
 * A relay between a pipe and TCP, beside the pipe alone and beside Node with
 * `net` and `pipe()` in the same run; requests through a relay on each side of
 * NATS beside NATS' client alone; and what 1,000 clients at a time take of one
 * relay, and leave behind.
 * `deno task bench relay [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { transport } from "../../lib/relay/nats/client.ts";
import {
  connectPipe,
  listenPipe,
  type PipeConnection,
  relay,
} from "../../mod.ts";
import { runArgs } from "../support/deno.ts";
import { linesOf } from "../support/lines.ts";
import { startScript } from "../support/peer.ts";
import type { Settled } from "../support/settled.ts";
import { median } from "./median.ts";
import { node, type Side, start } from "./process.ts";

const { json, quick, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs"],
  default: { runs: "5" },
});
const WRITE = 65_536;
const WRITES = quick ? 1_000 : 6_000;
const REQUESTS = quick ? 200 : 2_000;
const CLIENTS = quick ? 100 : 1_000;
/** The clients come and go so many times. */
const ROUNDS = quick ? 3 : 8;
/** Deno's threads, which come and go, have no more handles; a client has two. */
const THREAD_HANDLES = 32;

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

/** What a relay holds with all clients connected, and after each round; time of a client in µs. */
interface ManyClients {
  readonly micros: number;
  readonly clients: number;
  readonly before: Settled;
  readonly connected: Settled;
  readonly rest: Settled[];
}

/** All connect, have a message echoed through the relay, and leave. */
async function manyClients(): Promise<ManyClients> {
  const [near, far] = [objectName(), objectName()];
  await using listener = listenPipe(far);
  const serve = async () => {
    for await (const connection of listener) void echo(connection);
  };
  const serving = serve();
  await using peer = startScript(
    new URL("./peers/relay.ts", import.meta.url),
    ["pipe", near, "pipe", far],
    ["-A", "--v8-flags=--expose-gc"],
  );
  await peer.line();
  const held = async (): Promise<Settled> => {
    await peer.send("");
    return JSON.parse(await peer.line());
  };
  const before = await held();
  let connected = before;
  const rest: Settled[] = [];
  let took = 0;
  const message = new Uint8Array(64);
  for (let round = 0; round < ROUNDS; round++) {
    const since = performance.now();
    const clients: PipeConnection[] = [];
    for (let i = 0; i < CLIENTS; i++) clients.push(await connectPipe(near));
    await Promise.all(clients.map(async (client) => {
      await client.write(message);
      await client.read(new Uint8Array(64));
    }));
    took += performance.now() - since;
    connected = await held();
    for (const client of clients) client.close();
    rest.push(await alone(held, before));
  }
  await peer.kill();
  listener.close();
  await serving;
  const micros = took * 1000 / ROUNDS / CLIENTS;
  return { micros, clients: CLIENTS, before, connected, rest };
}

/** What it holds once its clients have left, whose ends it closes one by one. */
async function alone(
  held: () => Promise<Settled>,
  before: Settled,
): Promise<Settled> {
  for (;;) {
    const now = await held();
    if (now.handles <= before.handles + THREAD_HANDLES) return now;
  }
}

async function echo(connection: PipeConnection): Promise<void> {
  using _closing = connection;
  const buffer = new Uint8Array(64);
  for (;;) {
    const length = await connection.read(buffer);
    if (length === null) return;
    await connection.write(buffer.subarray(0, length));
  }
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

reportClients(await manyClients());

function reportClients(result: ManyClients): void {
  const { micros, clients, before, connected, rest } = result;
  const name = `relay with ${clients} clients at a time`;
  const each = (connected.bytes - before.bytes) / clients / 1024;
  const mib = (bytes: number) => (bytes / 1048576).toFixed(1);
  const objects = rest.map(({ objectBytes }) => mib(objectBytes)).join(" ");
  if (json) {
    console.log(JSON.stringify({ name, ...result }));
    return;
  }
  console.log(
    `${name}  ${show(micros)} µs to connect one and echo, ` +
      `${each.toFixed(1)} KiB each, ${connected.threads} threads; ` +
      `${mib(before.bytes)} MiB before, after each of ${rest.length} rounds ` +
      `${rest.map(({ bytes }) => mib(bytes)).join(" ")}; of its objects ` +
      `${mib(before.objectBytes)} before, then ${objects}`,
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

function show(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 0 });
}

function objectName(): string {
  return `winipc-bench-${Deno.pid}-${crypto.randomUUID()}`;
}
