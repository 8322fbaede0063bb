/**
 * Whether native calls clean up a garbage collected object, for traces.
 *
 * @module
 */

let running = false;

/** Whether {@linkcode runGcCleanup} runs. */
export function isGcCleanup(): boolean {
  return running;
}

/** Runs `release`, whose calls clean up a garbage collected object. */
export function runGcCleanup(release: () => void): void {
  running = true;
  try {
    release();
  } finally {
    running = false;
  }
}
