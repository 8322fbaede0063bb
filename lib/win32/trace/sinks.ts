/**
 * The listeners for native calls: the traces of this isolate, and the calls of
 * its window thread.
 *
 * @module
 */

import type { MessagePort } from "node:worker_threads";
import { wrapNatives } from "../binding.ts";
import { workerThreads } from "../node_modules.ts";
import type { TraceRecord } from "./record.ts";
import { onThreadStart } from "./thread_hook.ts";
import { Tracer } from "./tracer.ts";

/** Called for each call. */
export type Sink = (record: TraceRecord) => void;

/** How often to check for calls of another thread while this one is idle, in ms. */
const POLL_MS = 20;

const sinks = new Set<Sink>();
const ports: MessagePort[] = [];
let pollTimer: ReturnType<typeof setInterval> | undefined;

/** Passes later calls to `sink`. The returned function ends that. */
export function addSink(sink: Sink): () => void {
  if (sinks.size === 0) begin();
  sinks.add(sink);
  return () => {
    if (!sinks.has(sink)) return;
    takeFromThreads();
    sinks.delete(sink);
    if (sinks.size === 0) end();
  };
}

function begin(): void {
  const thread = "postMessage" in globalThis ? "worker" : "main";
  const tracer = new Tracer(thread, (record) => {
    takeFromThreads();
    deliver(record);
  });
  wrapNatives((native, bound) => tracer.wrap(native, bound));
  onThreadStart(newPort);
}

function end(): void {
  wrapNatives(undefined);
  onThreadStart(undefined);
  for (const port of ports.splice(0)) port.close();
  if (pollTimer !== undefined) clearInterval(pollTimer);
  pollTimer = undefined;
}

/** A thread that starts now sends its calls through this port. */
function newPort(): MessagePort {
  const { MessageChannel } = workerThreads();
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  if (pollTimer === undefined) {
    pollTimer = setInterval(takeFromThreads, POLL_MS);
    Deno.unrefTimer(pollTimer);
  }
  return port2;
}

function takeFromThreads(): void {
  if (ports.length === 0) return;
  const { receiveMessageOnPort } = workerThreads();
  for (const port of ports) {
    for (;;) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) break;
      deliver(received.message as TraceRecord);
    }
  }
}

/** A sink that throws is called no more; the traced calls continue. */
function deliver(record: TraceRecord): void {
  for (const sink of [...sinks]) {
    try {
      sink(record);
    } catch (error) {
      sinks.delete(sink);
      if (sinks.size === 0) end();
      reportError(error);
    }
  }
}
