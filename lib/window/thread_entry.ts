/**
 * The start of the window thread, from any module.
 *
 * @module
 */

import { useWorkerThreads, type WorkerThreads } from "../win32/node_modules.ts";
import type { Start } from "./protocol.ts";
import { WindowLoop } from "./window_loop.ts";

/** Not a literal in an import, so that only traces load it. */
const TRACE = new URL("../win32/trace/thread.ts", import.meta.url);

/** Runs the thread until it is stopped. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  useWorkerThreads(threads);
  const start = threads.workerData as Start;
  if (start.trace !== undefined) {
    const module: typeof import("../win32/trace/thread.ts") = await import(
      TRACE.href
    );
    module.traceThread(start.trace, start.thread);
  }
  new WindowLoop(start).run();
}
