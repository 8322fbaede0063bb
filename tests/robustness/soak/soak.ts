// deno-lint-ignore-file no-console
// All mechanisms at once in two processes, with faults: soak.ts [SECONDS=600]
// [WAY…], all ways without one. Fails where the ledgers of both sides differ, or
// one of them grows. The flags are those of ledger.ts.
import { logSeed, Random, SEED } from "../fuzz/random.ts";
import { uniqueName } from "../../support/names.ts";
import { startScript } from "../../support/peer.ts";
import { type Settled, settled } from "../../support/settled.ts";
import { certainGrowth, measuredOperations } from "./growth.ts";
import { leak } from "./leak.ts";
import { FLAGS, Ledger } from "./ledger.ts";
import { type Sender, WAYS } from "./ways.ts";

/** The time has so many legs, and both sides are weighed at rest after each. */
const LEGS = 16;
/** What is weighed, how much of it may grow for certain, and how that is told. */
const MEASURES = {
  /**
   * What V8 compiles and Deno keeps for later: 0.7 to 1.1 MiB in one and two
   * minutes, less with each leg, and 0.1 after the warm-up.
   */
  objects: {
    of: ({ objectBytes }: Settled) => objectBytes,
    limit: 1.5 * 1024 * 1024,
    format: inMebibytes,
    shown: inBytes,
  },
  /**
   * Garbage of the threads for windows, pages that are touched for the first
   * time, and what V8's compilers take: up to 9.4 MiB in two minutes, and not
   * more in ten. Nothing of it is Wine's: 40,000 pokes of DDE by its bare calls
   * took no memory, and neither did 20,000 calls by RPC and 1,600 that were given
   * up.
   */
  rest: {
    of: ({ bytes, objectBytes }: Settled) => bytes - objectBytes,
    limit: 12 * 1024 * 1024,
    format: inMebibytes,
    shown: inBytes,
  },
  /** Those of threads, which Deno and RPC start and end as they like. */
  handles: {
    of: ({ handles }: Settled) => handles,
    limit: 3,
    format: (count: number) => String(Math.round(count)),
    shown: (each: number) => `one in ${Math.floor(1 / each)} operations`,
  },
};
const SIDES = ["sender", "receiver"] as const;

type Weights = Record<typeof SIDES[number], Settled>;

const [time = "600", ...only] = Deno.args;
const seconds = Number(time);
const wanted = only.length > 0 ? only : Object.keys(WAYS);
for (const way of wanted) {
  if (!Object.hasOwn(WAYS, way)) throw new Error(`Unknown way "${way}"`);
}
logSeed(`${seconds} s of soak`);
const name = uniqueName();
const receiver = startScript(
  new URL("./receiver.ts", import.meta.url),
  [name, SEED],
  FLAGS,
);
const port = Number(await receiver.line());
const ledger = new Ledger();
const keep = leak();
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
// The receiver opens what this side has made when it is told: all of it, always.
const opened = await Promise.all(
  Object.entries(WAYS).map(async ([way, open]) => {
    const step = await open(sender, stack);
    return { way, step };
  }),
);
await receiver.send("go");
const steps = opened.filter(({ way }) => wanted.includes(way));
const legs: { operations: number; weights: Weights }[] = [];
let operations = 0;
let theirs: Record<string, string> = {};
while (legs.length < LEGS) {
  const until = performance.now() + seconds * 1000 / LEGS;
  await Promise.all(steps.map(async ({ step }) => {
    while (performance.now() < until) {
      await step();
      operations++;
      keep();
    }
  }));
  theirs = await settledLedger();
  const now = await weights();
  legs.push({ operations, weights: now });
  const each = SIDES.map((side) => `${side} ${format(now[side])}`);
  console.log(`${legs.length}/${LEGS}: ${each.join("; ")}`);
}
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
for (const side of SIDES) {
  for (const [what, { of, limit, format, shown }] of Object.entries(MEASURES)) {
    const weighings = legs.map(({ operations, weights }) => ({
      operations,
      value: of(weights[side]),
    }));
    const growth = certainGrowth(weighings);
    const made = measuredOperations(weighings);
    const tooMuch = growth > limit;
    if (tooMuch) wrong++;
    console.log(
      `${side}, ${what}: ${format(growth)} more for certain${
        tooMuch ? ", which is too much" : ""
      }; ${shown(limit / made)} would show`,
    );
  }
}
await stack.disposeAsync();
await receiver[Symbol.asyncDispose]();
Deno.exit(wrong === 0 ? 0 : 1);

function format({ handles, threads, bytes, objectBytes }: Settled): string {
  return `${handles} handles, ${threads} threads, ${inMebibytes(bytes)}, ` +
    `${inMebibytes(objectBytes)} of them objects`;
}

function inBytes(each: number): string {
  return `${Math.ceil(each)} bytes an operation`;
}

function inMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

async function weights(): Promise<Weights> {
  await receiver.send("weight");
  return {
    receiver: JSON.parse(await receiver.line()),
    sender: await settled(),
  };
}

/** The receiver's ledger, when all that was sent has arrived, or nothing more comes. */
async function settledLedger(): Promise<Record<string, string>> {
  for (let last = "";;) {
    await receiver.send("ledger");
    const line = await receiver.line();
    const theirs = JSON.parse(line) as Record<string, string>;
    const entries = Object.entries(ledger.entries());
    if (entries.every(([way, entry]) => theirs[way] === entry)) return theirs;
    if (line === last) return theirs;
    last = line;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
