// deno-lint-ignore-file no-console
// All mechanisms at once in two processes, with faults: soak.ts [SECONDS=600].
// Fails where the ledgers of both sides differ, or one of them grows.
import { Random, SEED, tellSeed } from "../fuzz/random.ts";
import { uniqueName } from "../helpers/names.ts";
import { startScript } from "../helpers/peer.ts";
import { Ledger, type Weight, weight } from "./ledger.ts";
import { type Sender, WAYS } from "./ways.ts";

/** What Deno's own threads and heaps go up and down by. */
const NOISE = { handles: 40, bytes: 48 * 1024 * 1024 };
/** After so much of the time each process has its size. */
const WARM = 0.3;

const seconds = Number(Deno.args[0] ?? 600);
tellSeed(`${seconds} s of soak`);
const name = uniqueName();
const receiver = startScript(
  new URL("./receiver.ts", import.meta.url),
  [name, SEED],
  ["-A", "--v8-flags=--expose-gc"],
);
const port = Number(await receiver.line());
const ledger = new Ledger();
const sender: Sender = {
  name,
  port,
  ledger,
  random: new Random("sender", SEED),
  faults: 0,
  counted: 0,
  counter: () => NaN,
};
const stack = new AsyncDisposableStack();
const began = performance.now();
const until = began + seconds * 1000;
// The receiver opens what this side has made when it is told.
const opened = await Promise.all(
  Object.values(WAYS).map((way) => way(sender, stack)),
);
await receiver.tell("go");
const running = opened.map(async (step) => {
  while (performance.now() < until) await step();
});
const pause = seconds * 1000 * WARM;
await Promise.race([
  new Promise((resolve) => setTimeout(resolve, pause)),
  ...running.map((way) => way.then(() => Promise.reject(new Error("Over")))),
]);
const before = await weights();
await Promise.all(running);
const theirs = await settledLedger();
const after = await weights();
const mine = ledger.entries();
let wrong = 0;
for (const way of Object.keys(WAYS)) {
  if (mine[way] === undefined) continue;
  const agree = mine[way] === theirs[way];
  if (!agree) wrong++;
  console.log(
    `${way}: ${mine[way]}${
      agree ? ", both sides agree" : `, but ${theirs[way]}`
    }`,
  );
}
// The counter has 8 bits, and both sides count under the mutex.
const theirCount = Number.parseInt(theirs.mutex ?? "0");
const counts = `${sender.counted} here, ${theirCount} there`;
const inTurn = (sender.counted + theirCount) % 256 === sender.counter();
if (!inTurn) wrong++;
console.log(`mutex: counted ${counts}, ${inTurn ? "in turn" : "not in turn"}`);
console.log(`${sender.faults} faults, seed ${SEED}`);
for (const side of ["sender", "receiver"] as const) {
  const handles = after[side].handles - before[side].handles;
  const bytes = after[side].bytes - before[side].bytes;
  const flat = handles < NOISE.handles && bytes < NOISE.bytes;
  if (!flat) wrong++;
  console.log(
    `${side}: ${handles} handles and ${(bytes / 2 ** 20).toFixed(1)} MiB more${
      flat ? "" : ", which is too much"
    }`,
  );
}
await stack.disposeAsync();
await receiver[Symbol.asyncDispose]();
Deno.exit(wrong === 0 ? 0 : 1);

async function weights(): Promise<{ sender: Weight; receiver: Weight }> {
  await receiver.tell("weight");
  return {
    receiver: JSON.parse(await receiver.line()),
    sender: await weight(),
  };
}

/** The receiver's ledger, when all that was sent has arrived, or nothing more comes. */
async function settledLedger(): Promise<Record<string, string>> {
  for (let last = "";;) {
    await receiver.tell("ledger");
    const line = await receiver.line();
    const theirs = JSON.parse(line) as Record<string, string>;
    const entries = Object.entries(ledger.entries());
    if (entries.every(([way, entry]) => theirs[way] === entry)) return theirs;
    if (line === last) return theirs;
    last = line;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
