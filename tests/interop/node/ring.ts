// One end of a ring, written from the documentation of its layout alone:
// ring.ts NAME producer COUNT | consumer. Message i has i % 50 bytes, all i.
import process from "node:process";
import {
  began,
  createEvent,
  mapSection,
  setEvent,
  waitForSingleObject,
} from "./kernel.ts";

const [name = "", role = "", count = "0"] = process.argv.slice(2);
const [mine, theirs] = role === "producer"
  ? [{ sleeping: 192, state: 320 }, { sleeping: 256, state: 384 }]
  : [{ sleeping: 256, state: 384 }, { sleeping: 192, state: 320 }];
const size = new DataView(mapSection(name, 512)).getUint32(16, true);
const memory = mapSection(name, 512 + size);
const words = new Int32Array(memory);
const data = new Uint8Array(memory, 512);
const other = role === "producer" ? "consumer" : "producer";
const event = createEvent(`${name}.${role}`);

new BigUint64Array(memory)[(mine.state + 8) / 8] = began();
store(mine.state + 4, process.pid);
store(mine.state, 1);
wake();
process.stdout.write("joined\n");
process.stdout.write(`${role === "producer" ? produce() : consume()}\n`);
store(mine.state, 2);
wake();

function produce(): number {
  for (let i = 0; i < Number(count); i++) {
    const length = i % 50;
    const need = 8 + Math.ceil(length / 8) * 8;
    sleepUntil(() => size - used() >= need);
    const head = load(64);
    words[(512 + head % size) / 4] = length;
    for (let k = 0; k < length; k++) data[(head + 8 + k) % size] = i;
    store(64, (head + need) % (2 * size));
    wake();
  }
  return Number(count);
}

function consume(): number {
  let good = 0;
  for (let i = 0;; i++) {
    sleepUntil(() => used() > 0 || load(theirs.state) === 2);
    if (used() === 0) return good;
    const tail = load(128);
    const length = words[(512 + tail % size) / 4]!;
    let right = length === i % 50;
    for (let k = 0; k < length; k++) {
      right &&= data[(tail + 8 + k) % size] === (i & 255);
    }
    if (right) good++;
    store(128, (tail + 8 + Math.ceil(length / 8) * 8) % (2 * size));
    wake();
  }
}

function used(): number {
  return (load(64) - load(128) + 2 * size) % (2 * size);
}

function sleepUntil(ready: () => boolean): void {
  while (!ready()) {
    store(mine.sleeping, 1);
    if (!ready()) waitForSingleObject(event, 20_000);
    store(mine.sleeping, 0);
  }
}

function wake(): void {
  if (load(theirs.sleeping) === 0) return;
  store(theirs.sleeping, 0);
  setEvent(createEvent(`${name}.${other}`));
}

function load(offset: number): number {
  return Atomics.load(words, offset / 4);
}

function store(offset: number, value: number): void {
  Atomics.store(words, offset / 4, value);
}
