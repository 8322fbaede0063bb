/**
 * Tracing in another thread of the program, which has an isolate of its own.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import { wrapNatives } from "../binding.ts";
import { Tracer } from "./tracer.ts";

/** Sends every native call of this isolate through `port`, to the trace that gave it. */
export function traceThread(port: MessagePort, thread: string): void {
  const tracer = new Tracer(thread, (record) => port.postMessage(record));
  wrapNatives((native, bound) => tracer.wrap(native, bound));
}
