/**
 * Stands in for lib/window/thread_entry.ts: the thread fails when it waits for
 * a message after it has created a window with the title "failing".
 */

import { wrapNatives } from "../../../lib/win32/binding.ts";
import { restoreLastError } from "../../../lib/win32/error.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";
import { fromUtf16 } from "../../../lib/win32/utf16.ts";
import { runThread as run } from "../../../lib/window/thread_entry.ts";

const ERROR_NOT_ENOUGH_MEMORY = 8;

/** Runs the window thread. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  let failing = false;
  wrapNatives((native, { name }) => (...args) => {
    if (name === "CreateWindowExW") {
      failing ||= fromUtf16(args[2] as Uint8Array) === "failing";
    }
    if (name !== "GetMessageW" || !failing) return native(...args);
    restoreLastError(ERROR_NOT_ENOUGH_MEMORY);
    return -1;
  });
  await run(threads);
}
