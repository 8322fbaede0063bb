/**
 * Replaces lib/window/thread_entry.ts: says in which native calls
 * the window procedure runs, each once, and whether its table says so.
 */

import { type BoundFunction, wrapNatives } from "../../../lib/win32/binding.ts";
import { runThread as run } from "../../../lib/window/thread_entry.ts";
import type { WorkerThreads } from "../../../lib/win32/node_modules.ts";
import { say } from "../../support/peer_side.ts";

const running: BoundFunction[] = [];
const said = new Set<string>();
const { UnsafeCallback } = Deno;

/** Runs the window thread, watched. */
export async function runThread(threads: WorkerThreads): Promise<void> {
  wrapNatives((native, bound) => (...args) => {
    running.push(bound);
    try {
      return native(...args);
    } finally {
      running.pop();
    }
  });
  Object.assign(Deno, { UnsafeCallback: Watched });
  await run(threads);
}

class Watched<Definition extends Deno.UnsafeCallbackDefinition>
  extends UnsafeCallback<Definition> {
  constructor(
    definition: Definition,
    callback: Deno.UnsafeCallback<Definition>["callback"],
  ) {
    const watched = (...args: unknown[]) => {
      note();
      return (callback as (...args: unknown[]) => unknown)(...args);
    };
    super(definition, watched as typeof callback);
  }
}

function note(): void {
  const { name, declaration } = running.at(-1)!;
  if (said.has(name)) return;
  said.add(name);
  say(`${name} ${declaration.reenters ?? false}`);
}
