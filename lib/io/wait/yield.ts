/**
 * Yields to the event loop: code that keeps running in microtasks lets timers
 * and other I/O run every millisecond. Even with one long operation after that,
 * the event loop is blocked for less than 5 ms.
 *
 * @module
 */

const TURN_MS = 1;
const TICKS = 16;
/** Reading the clock costs as much as some short operations, but less than copying this many bytes. */
const BYTES_PER_CHECK = 65_536;
/** The cost of an operation besides the bytes that it moves, in bytes. */
const BYTES_PER_CALL = BYTES_PER_CHECK / 16;

let turnBegan = 0;
let unchecked = 0;

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
 * For operations that succeed at once and have moved `bytes`: returns a promise
 * now and then, so that timers and other I/O run. A loop over ready data would
 * otherwise never leave the microtask queue.
 */
export function yieldIfDue(bytes = 0): Promise<unknown> | undefined {
  unchecked += BYTES_PER_CALL + bytes;
  if (unchecked < BYTES_PER_CHECK) return undefined;
  unchecked = 0;
  return isTimeSliceOver() ? yieldToEventLoop() : undefined;
}

/**
 * Settles operations that were done at once, and lets timers and other I/O run
 * now and then. One that is done during a pause settles after it, so that they
 * settle in the order of their calls, but for some microtasks of wrappers.
 */
export class PausingOperations {
  #pause: Promise<void> | undefined;

  /** Resolves to the `result` of an operation. */
  settle<T>(result: T): Promise<T> {
    if (this.#pause === undefined) {
      const pause = yieldIfDue();
      if (pause === undefined) return Promise.resolve(result);
      this.#pause = pause.then(() => {
        this.#pause = undefined;
      });
    }
    return this.#pause.then(() => result);
  }
}
