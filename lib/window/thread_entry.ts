/**
 * The beginning of the window thread and of the sender thread, whatever module
 * they start from.
 *
 * @module
 */

import type { Start } from "./protocol.ts";
import { runSender } from "./sender_loop.ts";
import type { SenderStart } from "./sender_protocol.ts";
import { WindowLoop } from "./window_loop.ts";

/** Not a literal of an import, so that only who traces loads it. */
const TRACE = new URL("../win32/trace/thread.ts", import.meta.url);

/** What a thread starts with. */
export type AnyStart = Start | SenderStart;

/** Runs the thread until it is told to stop. */
export async function runThread(start: AnyStart): Promise<void> {
  if (start.trace !== undefined) {
    const module: typeof import("../win32/trace/thread.ts") = await import(
      TRACE.href
    );
    module.traceThread(start.trace, start.thread);
  }
  if (start.thread === "sender") runSender(start);
  else new WindowLoop(start).run();
}
