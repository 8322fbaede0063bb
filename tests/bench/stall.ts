// deno-lint-ignore-file no-console
/**
 * How long the event loop stands still under each mechanism at full load, in the
 * process that carries it: the longest turn by a monotonic clock, and the one in
 * a thousand. "No load" is what the machine itself takes from a loop beside
 * another; "Deno's TCP" is the same load by Deno's own sockets. `deno task bench stall [--json] [--runs N] [--quick] [MECHANISM…]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { runArgs } from "../support/deno.ts";
import { Peer } from "../support/peer.ts";
import { median } from "./median.ts";

const { json, quick, runs, _: words } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs", "_"],
  default: { runs: Deno.args.includes("--quick") ? "1" : "5" },
});

const PEER = new URL("./peers/stall.ts", import.meta.url);
const TIME_MS = quick ? 500 : 2000;
/** Each with the roles of its two sides. */
const MECHANISMS: Record<string, readonly [first: string, second: string]> = {
  "no load": ["one", "the other"],
  "pipe, 64 bytes": ["reader", "writer"],
  "pipe, 64 KiB": ["reader", "writer"],
  "pipe, 1 MiB": ["reader", "writer"],
  "pipe, messages of 64 bytes": ["reader", "writer"],
  mailslot: ["reader", "sender"],
  ring: ["consumer", "producer"],
  event: ["waits, then sets", "sets, then waits"],
  WM_COPYDATA: ["receiver", "sender"],
  RPC: ["server", "client"],
  "a child's stdout": ["reader", "no load"],
  "Deno's TCP, 64 bytes": ["reader", "writer"],
  "Deno's TCP, 64 KiB": ["reader", "writer"],
  "Deno's TCP, 1 MiB": ["reader", "writer"],
};

/** The turns of a side: the longest and the one in a thousand in ms, those above 5 ms, and all. */
interface Turns {
  readonly longest: number;
  readonly rare: number;
  readonly over: number;
  readonly turns: number;
}

const wanted = words.map(String).filter((word) => word !== "stall");
for (const [mechanism, roles] of Object.entries(MECHANISMS)) {
  if (wanted.length > 0 && !wanted.some((word) => mechanism.includes(word))) {
    continue;
  }
  const sides: Turns[][] = [[], []];
  for (let run = 0; run < Number(runs); run++) {
    for (const [side, turns] of (await measure(mechanism)).entries()) {
      sides[side]!.push(turns);
    }
  }
  for (const [side, role] of roles.entries()) {
    const [longest, rare, over, turns] =
      (["longest", "rare", "over", "turns"] as const)
        .map((what) => median(sides[side]!.map((turns) => turns[what])));
    const name = `stall: ${mechanism}, ${role}`;
    console.log(
      json
        ? JSON.stringify({ name, unit: "ms", longest, rare, over, turns })
        : `${name.padEnd(46)} ${longest!.toFixed(2).padStart(7)} ms at most, ` +
          `1 turn in 1,000 ${rare!.toFixed(2)} ms, ` +
          `${over} of ${turns} above 5 ms`,
    );
  }
}

async function measure(mechanism: string): Promise<Turns[]> {
  const name = `winipc-stall-${crypto.randomUUID()}`;
  const start = (side: string) =>
    new Peer(
      Deno.execPath(),
      runArgs(PEER, [mechanism, side, name, TIME_MS]),
    );
  await using first = start("first");
  await first.says("ready");
  await using second = start("second");
  const lines = await Promise.all([first.line(), second.line()]);
  return lines.map((line) => JSON.parse(line));
}
