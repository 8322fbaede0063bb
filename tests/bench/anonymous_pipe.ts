// deno-lint-ignore-file no-console
/**
 * What a child writes, through a pipe of `spawn` and one of `Deno.Command` in
 * turn: 1 GiB each, with its checksum.
 * `anonymous_pipe.ts [--json] [--runs N] [--quick]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { crc32 } from "node:zlib";
import { spawn } from "../../mod.ts";
import { runArgs } from "../support/deno.ts";

const CHUNK = 1 << 20;
const CHILD = new URL("./peers/anonymous_source.ts", import.meta.url);

const { json, quick, runs } = parseArgs(Deno.args, {
  boolean: ["json", "quick"],
  string: ["runs"],
  default: { runs: "3" },
});
const chunks = quick ? 128 : 1024;
const args = runArgs(CHILD, [CHUNK, chunks], []);
const expected = checksum();

const winipc: number[] = [];
const command: number[] = [];
for (let i = 0; i < Number(runs); i++) {
  winipc.push(await measure(throughSpawn()));
  command.push(await measure(throughCommand()));
}

const result = {
  name: `anonymous pipe, ${chunks} MiB from a child`,
  unit: "MB/s",
  winipc: { median: median(winipc), runs: winipc },
  command: { median: median(command), runs: command },
  ratio: median(winipc.map((value, i) => value / command[i]!)),
};
console.log(
  json
    ? JSON.stringify(result)
    : `${result.name}  ${show(result.winipc.median)} MB/s   Deno.Command ${
      show(result.command.median)
    }   ratio ${result.ratio.toFixed(2)}`,
);

async function* throughSpawn(): AsyncGenerator<Uint8Array> {
  await using child = spawn(Deno.execPath(), { args, stdout: "pipe" });
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    const length = await child.stdout.read(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}

async function* throughCommand(): AsyncGenerator<Uint8Array> {
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" })
    .spawn();
  yield* child.stdout;
  await child.status;
}

async function measure(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let since = 0;
  let total = 0;
  let sum = 0;
  for await (const piece of pieces) {
    if (total === 0) since = performance.now();
    total += piece.byteLength;
    sum = crc32(piece, sum);
  }
  if (total !== chunks * CHUNK || sum !== expected) {
    throw new Error(`${total} bytes came, with a checksum of ${sum}`);
  }
  return total / 1000 / (performance.now() - since);
}

/** What the child sends: chunk `i` begins with its number. */
function checksum(): number {
  const chunk = new Uint8Array(CHUNK).fill(7);
  const number = new DataView(chunk.buffer);
  let sum = 0;
  for (let i = 0; i < chunks; i++) {
    number.setUint32(0, i);
    sum = crc32(chunk, sum);
  }
  return sum;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function show(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 0 });
}
