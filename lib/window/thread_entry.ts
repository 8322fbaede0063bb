/**
 * The beginning of the window thread, whatever module it starts from.
 *
 * @module
 */

import type { Start } from "./protocol.ts";
import { WindowLoop } from "./window_loop.ts";

/** Not a literal of an import, so that only who traces loads it. */
const TRACE = new URL("../win32/trace/thread.ts", import.meta.url);

/** Runs the thread until it is told to stop. */
export async function runThread(start: Start): Promise<void> {
  if (start.trace !== undefined) {
    const module: typeof import("../win32/trace/thread.ts") = await import(
      TRACE.href
    );
    module.traceThread(start.trace, start.thread);
  }
  new WindowLoop(start).run();
}
