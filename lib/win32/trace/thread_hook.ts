/**
 * How a trace learns of further threads of the program. Separate, because the
 * window thread's owner loads it even without a trace.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";

let open: (() => MessagePort) | undefined;

/** Calls `next` for each thread that starts, to get a port for its calls. */
export function onThreadStart(next: (() => MessagePort) | undefined): void {
  open = next;
}

/** The port for a thread that starts now; `undefined` without a trace. */
export function tracePort(): MessagePort | undefined {
  return open?.();
}
