/**
 * Whether native calls clean up a garbage collected object, for traces.
 *
 * @module
 */

let collecting = false;

/** Whether {@linkcode whileCollecting} runs. */
export function isCollecting(): boolean {
  return collecting;
}

/** Runs `release`, whose calls clean up a garbage collected object. */
export function whileCollecting(release: () => void): void {
  collecting = true;
  try {
    release();
  } finally {
    collecting = false;
  }
}
