/**
 * Whether native calls are made for an object that the garbage collector has
 * taken: a trace says so.
 *
 * @module
 */

let collecting = false;

/** Whether {@linkcode whileCollecting} runs. */
export function isCollecting(): boolean {
  return collecting;
}

/** Runs `release`, whose calls are made for an object that was dropped. */
export function whileCollecting(release: () => void): void {
  collecting = true;
  try {
    release();
  } finally {
    collecting = false;
  }
}
