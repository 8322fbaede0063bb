// deno-lint-ignore-file no-console
/**
 * Messages: the median time that one of 10,000 takes which two processes send
 * each other at once, winipc's beside two bare programs, in turn. In C the
 * receiver has a thread of its own and the sender another, as winipc has; in
 * Node with koffi one thread does both, and is blocked while it sends.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { Peer, startScript } from "../support/peer.ts";
import { node } from "./process.ts";

const { json, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs", "_"],
  default: { runs: "5" },
});

const COUNT = "10000";
const NAME = "message, 64 bytes, both ways at once";
const C = Deno.env.get("WINIPC_TEST_MESSAGES");

const SIDES: Record<string, (args: string[]) => Peer> = {
  winipc: (args) => startScript(at("message_peer.ts"), args),
  ...C !== undefined && { c: (args: string[]) => new Peer(C, args) },
  node: (args) =>
    new Peer(node(), [fileURLToPath(at("node_message_peer.mts")), ...args]),
};

const times = new Map(Object.keys(SIDES).map((side) => [side, [] as number[]]));
for (let run = 0; run < Number(runs); run++) {
  for (const [side, values] of times) values.push(await measure(side));
}
for (const [side, values] of times) {
  const ratio = median(
    values.map((value, run) => times.get("winipc")![run]! / value),
  );
  const micros = median(values);
  if (json) {
    const name = `${NAME}, ${side}`;
    const unit = "µs each, answered";
    console.log(
      JSON.stringify({ name, unit, median: micros, runs: values, ratio }),
    );
  } else {
    const beside = side === "winipc"
      ? ""
      : `   winipc takes ${ratio.toFixed(2)} times that`;
    console.log(
      `${NAME}, ${side.padEnd(6)} ${
        micros.toFixed(0).padStart(5)
      } µs each, answered${beside}`,
    );
  }
}

async function measure(side: string): Promise<number> {
  const [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
  await using one = SIDES[side]!([a, b, COUNT]);
  await using other = SIDES[side]!([b, a, COUNT]);
  const lines = await Promise.all([one.line(), other.line()]);
  const [first, second] = lines.map((line) => JSON.parse(line).micros);
  return (first + second) / 2;
}

function at(peer: string): URL {
  return new URL(`./peers/${peer}`, import.meta.url);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
