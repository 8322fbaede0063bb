/**
 * The main thread's attention to the other threads of the program.
 *
 * What they have to say comes through the event loop, which takes a third of a
 * millisecond. While it comes within 3 ms, as between programs that send and
 * answer, the main thread waits for the next at the bell instead, for 2 ms at
 * most. The first wait in vain ends that, and every 4 ms timers and other I/O get
 * their turn.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Worker } from "node:worker_threads";
import { ANSWER_SOON, ATTENDING, BELL_CELLS, RUNG } from "./doorbell.ts";

/** Takes what a thread has put down; false when there is nothing. */
export type Source = () => boolean;

const BRIEF_MS = 2;
const SOON_MS = 3;
const TURN_MS = 4;
const TICKS = 16;

const bell = new Int32Array(new SharedArrayBuffer(4 * BELL_CELLS));
const sources = new Set<Source>();
let expected = 0;
let attending = false;
let soon = false;
let since = 0;
let turnBegan = 0;

/** The memory of the bell. */
export function mainBell(): SharedArrayBuffer {
  return bell.buffer;
}

/**
 * Listens to a thread until the function returned is called. `summoned` is the
 * cell of its {@linkcode Doorbell}.
 */
export function listenTo(
  worker: Worker,
  summoned: Int32Array<SharedArrayBuffer>,
  source: Source,
): () => void {
  sources.add(source);
  worker.on("message", () => {
    Atomics.store(summoned, 0, 0);
    comeFromEventLoop();
  });
  return () => sources.delete(source);
}

/** Something is waited for, until {@linkcode unexpect}. */
export function expect(): void {
  expected++;
  if (!attending) since = performance.now();
  attend();
}

/** Undoes one {@linkcode expect}. */
export function unexpect(): void {
  expected--;
}

/** The same as {@linkcode expect}, for an answer that rings. */
export function expectAnswer(): void {
  Atomics.store(bell, ANSWER_SOON, 1);
  expect();
}

/** Undoes one {@linkcode expectAnswer}. */
export function unexpectAnswer(): void {
  Atomics.store(bell, ANSWER_SOON, 0);
  unexpect();
}

function comeFromEventLoop(): void {
  turnBegan = performance.now();
  if (!takeAll()) return;
  soon = turnBegan - since < SOON_MS;
  since = turnBegan;
  attend();
}

function attend(): void {
  if (attending || !soon || expected === 0) return;
  attending = true;
  Atomics.store(bell, ATTENDING, 1);
  queueMicrotask(stayAtBell);
}

async function stayAtBell(): Promise<void> {
  for (;;) {
    await continuations();
    if (expected === 0) break;
    if (performance.now() - turnBegan > TURN_MS) await turn();
    const rung = Atomics.load(bell, RUNG);
    if (takeAll()) continue;
    const ended = Atomics.wait(bell, RUNG, rung, BRIEF_MS);
    if (ended === "timed-out") Atomics.store(bell, ANSWER_SOON, 0);
    if (takeAll()) continue;
    soon = false;
    break;
  }
  since = performance.now();
  attending = false;
  Atomics.store(bell, ATTENDING, 0);
  // What was put down meanwhile has not summoned anybody.
  if (takeAll()) attend();
}

/** Lets what was taken run on, as it may well begin the next. */
async function continuations(): Promise<void> {
  for (let i = 0; i < TICKS; i++) await undefined;
}

/** Lets timers and other I/O run. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  turnBegan = performance.now();
}

function takeAll(): boolean {
  let some = false;
  for (const source of sources) if (source()) some = true;
  return some;
}
