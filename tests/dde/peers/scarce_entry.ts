/**
 * Stands in for lib/window/thread_entry.ts: there is no atom for the name "full",
 * and no global memory of 64 KiB or more. Says how many atoms are left at the end.
 */

import { wrapNatives } from "../../../lib/win32/binding.ts";
import { restoreLastError } from "../../../lib/win32/error.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";
import { fromUtf16 } from "../../../lib/win32/utf16.ts";
import { runThread as run } from "../../../lib/window/thread_entry.ts";
import { say } from "../../support/peer_side.ts";

const ERROR_NOT_ENOUGH_MEMORY = 8;
let atoms = 0;

/** Runs the window thread. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  wrapNatives((native, { name }) => (...args) => {
    const atom = name === "GlobalAddAtomW" &&
      fromUtf16(args[0] as Uint8Array) === "full";
    const memory = name === "GlobalAlloc" && Number(args[1]) >= 1 << 16;
    if (name === "GlobalDeleteAtom" && args[0] !== 0) atoms--;
    if (!atom && !memory) {
      if (name === "GlobalAddAtomW") atoms++;
      return native(...args);
    }
    restoreLastError(ERROR_NOT_ENOUGH_MEMORY);
    return atom ? 0 : 0n;
  });
  await run(threads);
  say(`${atoms} atoms left`);
}
