/**
 * The main thread's attention to the other threads of the program.
 *
 * What they have to say comes through the event loop, which takes a third of a
 * millisecond. While it comes within 3 ms, as between programs that send and
 * answer, the main thread waits for the next at its bell instead, for 2 ms at
 * most. The first wait in vain ends that, and every 4 ms timers and other I/O get
 * their turn.
 *
 * The bell is that of the threads of Windows, which send messages. Where there
 * is none (lib/io/bell.ts), the counter of rings serves.
 *
 * @module
 */

import type { Worker } from "node:worker_threads";
import { alsoAsk, bellAddress } from "../io/bell.ts";
import {
  beginTurn,
  continuations,
  othersTurn,
  turnIsOver,
} from "../io/fairness.ts";
import { comeToBell, leaveBell, ringFunction, waitAtBell } from "../io/port.ts";
import {
  ANSWER_SOON,
  ATTENDING,
  BELL_CELLS,
  type MainBell,
  RUNG,
} from "./doorbell.ts";

/** A thread, as the main thread attends to it. */
export interface Source {
  /** Takes what it has put down; false when there is nothing. */
  take(): boolean;
  /** The main thread is about to sleep at its bell. */
  beforeSleep(): void;
}

const BRIEF_MS = 2;
const SOON_MS = 3;

const bell = new Int32Array(new SharedArrayBuffer(4 * BELL_CELLS));
const sources = new Set<Source>();
let expected = 0;
let attending = false;
let soon = false;
let since = 0;
let looked = 0;
let answers = 0;

alsoAsk(() => Atomics.load(bell, RUNG) !== looked);

/** The bell, for other threads. */
export function mainBell(): MainBell {
  try {
    ringFunction();
  } catch (error) {
    // Of other processors than x64.
    if (!(error instanceof Deno.errors.NotSupported)) throw error;
  }
  return { cells: bell.buffer, address: bellAddress() };
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

/** Whether what is waited for comes so soon that the main thread waits at its bell. */
export function isAttending(): boolean {
  return attending;
}

/** The same as {@linkcode expect}, for an answer that rings. */
export function expectAnswer(): void {
  Atomics.store(bell, ANSWER_SOON, 1);
  expect();
}

/** Undoes one {@linkcode expectAnswer}, whose answer has come. */
export function answerHasCome(): void {
  answers++;
  Atomics.store(bell, ANSWER_SOON, 0);
  hasCome();
  unexpect();
}

function comeFromEventLoop(): void {
  beginTurn();
  if (takeAll()) hasCome();
}

/** Something that was waited for has come. */
export function hasCome(): void {
  if (attending) return;
  const now = performance.now();
  soon = now - since < SOON_MS;
  since = now;
  attend();
}

function attend(): void {
  if (attending || !soon || expected === 0) return;
  attending = true;
  Atomics.store(bell, ATTENDING, 1);
  comeToBell();
  queueMicrotask(stayAtBell);
}

async function stayAtBell(): Promise<void> {
  for (;;) {
    await continuations();
    if (expected === 0) break;
    if (turnIsOver()) await othersTurn();
    if (takeAll() || waitBriefly()) continue;
    soon = false;
    break;
  }
  since = performance.now();
  attending = false;
  Atomics.store(bell, ATTENDING, 0);
  // What was put down meanwhile has not summoned anybody.
  leaveBell();
  if (takeAll()) attend();
}

/** Whether anything comes within 2 ms. */
function waitBriefly(): boolean {
  const calls = answers;
  for (const source of sources) source.beforeSleep();
  if (bellAddress() === 0n) Atomics.wait(bell, RUNG, looked, BRIEF_MS);
  else waitAtBell(BRIEF_MS);
  if (takeAll() || answers !== calls) return true;
  Atomics.store(bell, ANSWER_SOON, 0);
  return takeAll();
}

function takeAll(): boolean {
  looked = Atomics.load(bell, RUNG);
  let some = false;
  for (const source of sources) if (source.take()) some = true;
  return some;
}
