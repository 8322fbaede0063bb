/**
 * Stands in for lib/window/thread_entry.ts: the window thread wakes the main
 * thread when it has read a byte from stdin, and says so before.
 */

import { runThread as run } from "../../../lib/window/thread_entry.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";
import { say } from "../../support/peer_side.ts";

/** Runs the window thread. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  const port = threads.parentPort!;
  const postMessage: typeof port.postMessage = (...args) => {
    say("wakes");
    Deno.stdin.readSync(new Uint8Array(1));
    port.postMessage(...args);
  };
  const parentPort = { postMessage } as unknown as typeof port;
  await run({ ...threads, parentPort });
}
