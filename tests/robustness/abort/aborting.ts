// Gives up operations at random moments, and uses their objects again:
// aborting.ts SEED COUNT, with --v8-flags=--expose-gc. Says of each kind how the
// operations ended, and at the end what grew.
import { say } from "../../support/peer_side.ts";
import { settled } from "../../support/settled.ts";
import { Random } from "../fuzz/random.ts";
import { CALLS } from "./calls.ts";
import { growth, NOISE_HANDLES } from "../leaks/noise.ts";
import { ON_THREAD, RECEIVING, SENDING, type World } from "./worlds.ts";

const [seed, count] = Deno.args.map(Number) as [number, number];
type Run = typeof receive;
type Kind = readonly [kind: string, make: Make, run: Run];

const kinds: Kind[] = [
  ...Object.entries(RECEIVING).map((entry): Kind => [...entry, receive]),
  ...Object.entries(SENDING).map((entry): Kind => [...entry, send]),
];
const onThread = Object.entries({ ...ON_THREAD, ...CALLS });
const each = Math.ceil(count / (kinds.length + onThread.length));
const few = Math.ceil(each / 10);

for (const [kind, make, run] of kinds) await run(kind, make, few, () => {});
const start = await settled();
let report = say;
const here = await growth(
  async () => {
    for (const [kind, make, run] of kinds) await run(kind, make, each, report);
    report = () => {};
  },
  start,
  { maxHandles: NOISE_HANDLES },
);
for (const [kind, make] of onThread) await receive(kind, make, few, () => {});
const warm = await settled();
report = say;
const elsewhere = await growth(
  async () => {
    for (const [kind, make] of onThread) {
      await receive(kind, make, each, report);
    }
    report = () => {};
  },
  warm,
  // The heap of a thread grows and shrinks as it likes.
  { maxHandles: NOISE_HANDLES - here.handles, maxBytes: Infinity },
);
say(`handles ${here.handles + elsewhere.handles}`);
say(`bytes ${here.bytes}`);

type Make = () => Promise<World>;

interface Tally {
  aborted: number;
  succeeded: number;
}

async function receive(
  kind: string,
  make: Make,
  rounds: number,
  report: (line: string) => void,
): Promise<void> {
  const random = new Random(kind, seed);
  const tally = { aborted: 0, succeeded: 0 };
  await using world = await make();
  let fed: number | undefined;
  const feed = async (number: number) => {
    fed = number;
    await world.feed(number);
  };
  let feeding: Promise<void> | undefined;
  for (let i = 0; i < rounds; i++) {
    const feeds = fed === undefined && random.chance(0.4);
    const early = random.chance(0.5);
    if (feeds && early) feeding = feed(i);
    const controller = new AbortController();
    const waiting = world.wait(controller.signal, i);
    if (feeds && !early) feeding = feed(i);
    const came = await outcome(waiting, controller, random, tally, world.turns);
    if (came === undefined) continue;
    expect(kind, came, fed);
    fed = undefined;
  }
  // What was fed and not taken is still there, and all works on.
  if (fed === undefined) feeding = feed(rounds);
  expect(kind, await world.wait(undefined, 0), fed);
  await feeding;
  await closing(kind, world);
  report(`${kind}: ${tally.aborted} ${tally.succeeded}`);
}

async function send(
  kind: string,
  make: Make,
  rounds: number,
  report: (line: string) => void,
): Promise<void> {
  const random = new Random(kind, seed);
  const tally = { aborted: 0, succeeded: 0 };
  await using world = await make();
  const sent: number[] = [];
  const arrived: number[] = [];
  const take = async () => {
    const number = await world.feed(0);
    if (number !== undefined) arrived.push(number);
    return number !== undefined;
  };
  for (let i = 0; i < rounds; i++) {
    const controller = new AbortController();
    const waiting = world.wait(controller.signal, i);
    const taking = random.chance(0.4) ? take() : undefined;
    const came = await outcome(waiting, controller, random, tally);
    if (came !== undefined) sent.push(came);
    await taking;
  }
  while (await take());
  const last = world.wait(undefined, rounds);
  while (arrived.at(-1) !== rounds) await take();
  sent.push(await last);
  expect(kind, arrived.join(), sent.join());
  await closing(kind, world);
  report(`${kind}: ${tally.aborted} ${tally.succeeded}`);
}

/** Aborts `waiting` at a random moment; undefined if that was before its success. */
async function outcome(
  waiting: Promise<number>,
  controller: AbortController,
  random: Random,
  tally: Tally,
  turns?: number,
): Promise<number | undefined> {
  const reason = new Error("Aborted");
  const ended = waiting.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  await moment(random, turns);
  controller.abort(reason);
  const end = await ended;
  if ("value" in end) {
    tally.succeeded++;
    return end.value;
  }
  if (end.error !== reason) throw end.error;
  tally.aborted++;
  return undefined;
}

async function moment(random: Random, most = 1): Promise<void> {
  const turns = random.pick([0, 0, 0, 1, 2, most]);
  for (let i = 0; i < turns; i++) await new Promise((r) => setTimeout(r));
  for (let i = random.below(24); i > 0; i--) await undefined;
}

/** A wait that nothing ends but the closing of its object says so. */
async function closing(kind: string, world: World): Promise<void> {
  const controller = new AbortController();
  const waiting = world.wait(controller.signal, 0).then(
    String,
    ({ name }) => name,
  );
  world.close();
  const name = await waiting;
  // Whoever sends may have had room.
  if (name === "0" && kind in SENDING) return;
  const expected = world.closed ?? ["BadResource"];
  if (!expected.includes(name)) expect(kind, name, expected.join(" or "));
}

function expect(kind: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`${kind}: ${actual} instead of ${expected}, seed ${seed}`);
}
