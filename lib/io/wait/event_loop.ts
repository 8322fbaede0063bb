/**
 * Yields to the event loop: code that keeps running in microtasks lets timers
 * and other I/O run every 4 ms.
 *
 * @module
 */

const TURN_MS = 4;
const TICKS = 16;
const CALLS_PER_CHECK = 16;

let turnBegan = 0;
let calls = 0;

/** The event loop has run, or is running. */
export function beginTimeSlice(): void {
  turnBegan = performance.now();
}

/** Whether it is time to yield. */
export function isTimeSliceOver(): boolean {
  return performance.now() - turnBegan > TURN_MS;
}

/** Lets timers and other I/O run. */
export async function yieldToEventLoop(): Promise<void> {
  // deno-lint-ignore no-node-globals -- importing it would take a sixth of a program's start.
  await new Promise<void>((resolve) => setImmediate(resolve));
  beginTimeSlice();
}

/**
 * Runs the continuations of settled promises, which often start the next
 * operation.
 */
export async function drainMicrotasks(): Promise<void> {
  for (let i = 0; i < TICKS; i++) await undefined;
}

/**
 * For operations that succeed at once: returns a promise now and then, so that
 * timers and other I/O run. A loop over ready data would otherwise never leave
 * the microtask queue.
 */
export function yieldIfDue(): Promise<unknown> | undefined {
  if (++calls % CALLS_PER_CHECK !== 0 || !isTimeSliceOver()) return undefined;
  return yieldToEventLoop();
}
