/** Stands in for lib/window/thread_entry.ts: no window can be created. Says when the thread has ended. */

import { wrapNatives } from "../../../lib/win32/binding.ts";
import { restoreLastError } from "../../../lib/win32/error.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";
import { runThread as run } from "../../../lib/window/thread_entry.ts";
import { say } from "../../support/peer_side.ts";

const ERROR_NO_MORE_USER_HANDLES = 1158;

/** Runs the window thread. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  wrapNatives((native, { name }) =>
    name !== "CreateWindowExW" ? native : () => {
      restoreLastError(ERROR_NO_MORE_USER_HANDLES);
      return 0n;
    }
  );
  await run(threads);
  say("ended");
}
