/** Rings whose memory somebody else scribbles on, between reads and during them. */

import { assertGreater } from "@std/assert";
import {
  createRing,
  createSharedMemory,
  openRing,
  openSharedMemory,
  type RingConsumer,
  type RingProducer,
  type SharedMemory,
} from "../../../mod.ts";
import { uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { startScript } from "../../support/peer.ts";
import { reportCases } from "./cases.ts";
import { logSeed, Random, SEED } from "./random.ts";

const RINGS = 600;
const STEPS = 20;
const CAPACITY = 1000;
/** What of the header an end looks at, and the data. */
const PLACES = [64, 128, 192, 256, 320, 324, 328, 332, 384, 388, 392, 396, 512];

/** Whether an end may fail by it when its memory was scribbled on. */
function isOurs(error: unknown): boolean {
  return error instanceof Deno.errors.InvalidData ||
    error instanceof Deno.errors.BrokenPipe || error instanceof RangeError;
}

Deno.test(`rings: ${RINGS * STEPS} steps over scribbled memory end well`, async () => {
  logSeed("rings");
  const random = new Random("rings");
  const seen = { fine: 0, refused: 0, notOpened: 0 };
  for (let i = 0; i < RINGS; i++) {
    const name = uniqueName();
    const zeroCopy = random.chance(0.5);
    using producer = createRing(name, { capacity: CAPACITY, zeroCopy });
    using memory = openSharedMemory(name);
    if (random.chance(0.2)) scribble(memory, random);
    let consumer: RingConsumer;
    try {
      consumer = await openRing(name, { zeroCopy });
    } catch (error) {
      if (!isOurs(error) && !(error instanceof Deno.errors.Busy)) throw error;
      seen.notOpened += STEPS;
      continue;
    }
    for (let at = 0; at < STEPS; at++) {
      try {
        step(producer, consumer, memory, random);
        seen.fine++;
      } catch (error) {
        if (!isOurs(error)) {
          throw new Error(`Ring ${i}, seed ${SEED}`, { cause: error });
        }
        seen.refused++;
      }
    }
    consumer.close();
  }
  reportCases("ring steps", seen.fine + seen.refused + seen.notOpened);
  assertGreater(seen.refused, RINGS);
});

function scribble(memory: SharedMemory, random: Random): void {
  const at = random.chance(0.7)
    ? random.pick(PLACES)
    : random.below(memory.size / 4 - 1) * 4;
  // Positions that could be right get further than those that cannot.
  const value = random.chance(0.5) ? random.below(600) * 8 : random.u32();
  memory.write(new Uint8Array(new Uint32Array([value]).buffer), at);
}

function step(
  producer: RingProducer,
  consumer: RingConsumer,
  memory: SharedMemory,
  random: Random,
): void {
  if (random.chance(0.3)) scribble(memory, random);
  switch (random.below(6)) {
    case 0:
    case 1:
      return void producer.tryWrite(random.bytes(random.below(CAPACITY)));
    case 2:
      return check(consumer.tryRead());
    case 3:
      return consumer.tryReadBatch().forEachRange((bytes, start, end) => {
        check(bytes.subarray(start, end));
      });
    case 4:
      return void consumer.tryReadInto(new Uint8Array(random.below(CAPACITY)));
    default: {
      using loan = consumer.tryBorrow();
      for (const message of loan ?? []) {
        check(message);
        if (random.chance(0.3)) scribble(memory, random);
      }
    }
  }
}

function check(message: Uint8Array | null): void {
  if (message === null || message.byteLength <= CAPACITY) return;
  throw new Error(`A message of ${message.byteLength} bytes`);
}

Deno.test("a ring that another process scribbles on all the time never hangs or crashes", async () => {
  logSeed("scribbler");
  const name = uniqueName();
  using _keep = createSharedMemory(name, { size: 4096 });
  const url = new URL("./scribbler.ts", import.meta.url);
  await using peer = startScript(url, [name, SEED]);
  await peer.says("ready");
  const random = new Random("readers of scribbles");
  const seen = { fine: 0, refused: 0 };
  for (let round = 0; round < 40; round++) {
    const ring = `${name}.${round}`;
    using producer = createRing(ring, { capacity: CAPACITY, zeroCopy: true });
    using memory = openSharedMemory(ring);
    using consumer = await openRing(ring, { zeroCopy: round % 2 === 0 });
    await peer.send(ring);
    await peer.says("scribbling");
    for (let i = 0; i < 100; i++) {
      try {
        step(producer, consumer, memory, random);
        await consumer.read({ timeout: 0 });
        seen.fine++;
      } catch (error) {
        const timedOut = error instanceof DOMException;
        if (!isOurs(error) && !timedOut) throw error;
        seen.refused++;
      }
    }
  }
  reportCases("scribbled ring steps", seen.fine + seen.refused);
  assertGreater(seen.refused, 100);
});
