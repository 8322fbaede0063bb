/**
 * Traces another thread of the program, which has its own isolate.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import { wrapNatives } from "../binding.ts";
import { Tracer } from "./tracer.ts";

/**
 * Sends every native call of this isolate through `port`, to the trace that
 * created it.
 */
export function traceThread(port: MessagePort, thread: string): void {
  const tracer = new Tracer(thread, (record) => port.postMessage(record));
  wrapNatives((native, bound) => tracer.wrap(native, bound));
}
