// deno-lint-ignore-file no-console
/**
 * RPC: round trips a second of winipc's client and server, beside those of the
 * MIDL-compiled C client and server of tests/rpc/midl, in turn; and of each of
 * the two with the other's.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { Peer, startScript } from "../support/peer.ts";
import { uniqueBindings } from "../rpc/helpers.ts";

const { json, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs", "_"],
  default: { runs: "5" },
});

type Side = "winipc" | "c";

const COUNT = 1000;
const SIZE = 64;
const PAIRS: readonly (readonly [client: Side, server: Side])[] = [
  ["c", "c"],
  ["winipc", "winipc"],
  ["winipc", "c"],
  ["c", "winipc"],
];

const program = Deno.env.get("WINIPC_TEST_MIDL");
if (program === undefined) {
  console.log("RPC: WINIPC_TEST_MIDL names no C program to stand beside");
} else {
  for (
    const [index, protocol] of ["ncalrpc", "ncacn_np", "ncacn_ip_tcp"].entries()
  ) {
    const rates = new Map(PAIRS.map((pair) => [pair, [] as number[]]));
    for (let run = 0; run < Number(runs); run++) {
      for (const [pair, values] of rates) {
        values.push(await measure(pair, uniqueBindings()[index]!));
      }
    }
    report(protocol, rates);
  }
}

async function measure(
  [client, server]: readonly [Side, Side],
  binding: string,
): Promise<number> {
  await using serving = start(server, "server", binding);
  await serving.says("ready");
  await using calling = start(client, "bench", binding, COUNT, SIZE);
  return Number(await calling.line());
}

function start(
  side: Side,
  mode: string,
  binding: string,
  ...rest: number[]
): Peer {
  if (side === "c") {
    const [protocol, endpoint] = binding.split(/:[^[]*\[/) as [string, string];
    const name = endpoint.slice(0, -1).replaceAll("\\\\", "\\");
    return new Peer(program!, [mode, protocol, name, ...rest.map(String)]);
  }
  const url = new URL("./peers/rpc_peer.ts", import.meta.url);
  return startScript(url, [mode, binding, ...rest]);
}

function report(
  protocol: string,
  rates: Map<readonly [Side, Side], number[]>,
): void {
  const [c] = rates.values();
  for (const [[client, server], values] of rates) {
    const name = `rpc ${protocol}, ${SIZE} bytes, ${client} to ${server}`;
    const ratio = median(values.map((value, run) => value / c![run]!));
    const rate = median(values);
    if (json) {
      const unit = "round trips/s";
      console.log(
        JSON.stringify({ name, unit, median: rate, runs: values, ratio }),
      );
    } else {
      console.log(
        `${name.padEnd(46)} ${
          rate.toFixed(0).padStart(8)
        } round trips/s   ratio ${ratio.toFixed(2)}`,
      );
    }
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
