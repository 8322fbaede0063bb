/**
 * Where a trace waits for further threads of the program. Apart, because the
 * window thread's owner loads it also where nobody traces.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";

let open: (() => MessagePort) | undefined;

/** Calls `next` for each thread that starts, for a port to send its calls through. */
export function onThreadStart(next: (() => MessagePort) | undefined): void {
  open = next;
}

/** For a thread that starts now; `undefined` while nobody traces. */
export function tracePort(): MessagePort | undefined {
  return open?.();
}
