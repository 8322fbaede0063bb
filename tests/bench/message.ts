// deno-lint-ignore-file no-console
/**
 * Messages: the median time of one of 10,000, from one process to another and
 * both ways at once, winipc's beside two bare programs, in turn. In C the
 * receiver has a thread of its own and the sender another, as winipc has; in
 * Node with koffi one thread does both, and is blocked while it sends.
 * `deno task bench message [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { Peer, startScript } from "../support/peer.ts";
import { median } from "./median.ts";
import { node } from "./process.ts";

const { json, quick, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs", "_"],
  default: { runs: "5" },
});

const COUNT = quick ? 1000 : 10_000;
/** How many messages come back. */
const WAYS = {
  "message, 64 bytes, one way": 0,
  "message, 64 bytes, both ways at once": COUNT,
};
const C = Deno.env.get("WINIPC_TEST_MESSAGES");

const SIDES: Record<string, (args: string[]) => Peer> = {
  winipc: (args) => startScript(at("message_peer.ts"), args),
  ...C !== undefined && { c: (args: string[]) => new Peer(C, args) },
  node: (args) =>
    new Peer(node(), [fileURLToPath(at("node_message_peer.mts")), ...args]),
};

for (const [name, back] of Object.entries(WAYS)) {
  const times = new Map(
    Object.keys(SIDES).map((side) => [side, [] as number[]]),
  );
  for (let run = 0; run < Number(runs); run++) {
    for (const [side, values] of times) values.push(await measure(side, back));
  }
  for (const [side, values] of times) {
    const ratio = median(
      values.map((value, run) => times.get("winipc")![run]! / value),
    );
    report(`${name}, ${side}`, side, values, ratio);
  }
}

function report(
  name: string,
  side: string,
  values: number[],
  ratio: number,
): void {
  const micros = median(values);
  if (json) {
    const unit = "µs each, answered";
    console.log(
      JSON.stringify({ name, unit, median: micros, runs: values, ratio }),
    );
    return;
  }
  const beside = side === "winipc"
    ? ""
    : `   winipc takes ${ratio.toFixed(2)} times that`;
  const shown = micros.toFixed(0).padStart(5);
  console.log(`${name.padEnd(46)} ${shown} µs each, answered${beside}`);
}

async function measure(side: string, back: number): Promise<number> {
  const [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
  await using one = SIDES[side]!([a, b, `${COUNT}`, `${back}`]);
  await using other = SIDES[side]!([b, a, `${back}`, `${COUNT}`]);
  const lines = await Promise.all([one.line(), other.line()]);
  const [first, second] = lines.map((line) => JSON.parse(line).micros);
  return back === 0 ? first : (first + second) / 2;
}

function at(peer: string): URL {
  return new URL(`./peers/${peer}`, import.meta.url);
}
