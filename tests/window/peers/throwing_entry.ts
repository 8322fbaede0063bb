/**
 * Stands in for lib/window/thread_entry.ts: the window procedure throws where it
 * gets its first `WM_COPYDATA`.
 */

import { runThread as run } from "../../../lib/window/thread_entry.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";

const WM_COPYDATA = 0x4a;
const { UnsafeCallback } = Deno;

/** Runs the window thread. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  Object.assign(Deno, { UnsafeCallback: Throwing });
  await run(threads);
}

class Throwing<Definition extends Deno.UnsafeCallbackDefinition>
  extends UnsafeCallback<Definition> {
  constructor(
    definition: Definition,
    callback: Deno.UnsafeCallback<Definition>["callback"],
  ) {
    let thrown = false;
    const throwing = (...args: unknown[]) => {
      if (args[1] === WM_COPYDATA && !thrown) {
        thrown = true;
        throw new Error("thrown on purpose");
      }
      return (callback as (...args: unknown[]) => unknown)(...args);
    };
    super(definition, throwing as typeof callback);
  }
}
