/**
 * The processes at the other ends of conversations, as far as their end
 * matters.
 *
 * Windows ends the conversations of a process that dies, in its name; Wine does
 * not. So the process itself is watched, once for all its conversations.
 *
 * @module
 */

import { Handle } from "../io/handle.ts";
import { openProcessHandle } from "../io/process.ts";
import { reconsiderRefs, waitAny } from "../io/waiter.ts";
import { type DdePartner, WM_DDE_TERMINATE } from "./wire/protocol.ts";
import { user32 } from "../win32/user32.ts";

interface Watched {
  readonly handle: Handle;
  readonly listeners: Set<() => void>;
}

const watched = new Map<number, Watched>();

/**
 * Ends the conversation of our window `talk` when the process of its partner has
 * ended, as the partner would: by `WM_DDE_TERMINATE`, which comes behind all that
 * the partner has still posted. Calls `gone` where that cannot be. Gives a
 * function that ends the watch.
 */
export function watchPartner(
  talk: bigint,
  { pid, handle }: DdePartner,
  gone: () => void,
): () => void {
  return watchProcess(pid, () => {
    const { raw } = user32();
    if (raw.PostMessageW(talk, WM_DDE_TERMINATE, handle, 0n) === 0) gone();
  });
}

/**
 * Calls `gone` when the process `pid` has ended. Whoever may not know of that
 * process, as with one of another user, is not told. The watch alone does not
 * keep the program alive.
 */
function watchProcess(pid: number, gone: () => void): () => void {
  if (pid === Deno.pid) return () => {};
  const watch = watched.get(pid) ?? begin(pid);
  if (watch === undefined) return () => {};
  const listener = () => gone();
  watch.listeners.add(listener);
  return () => {
    watch.listeners.delete(listener);
    if (watch.listeners.size === 0) end(pid, watch);
  };
}

function begin(pid: number): Watched | undefined {
  let raw: bigint;
  try {
    raw = openProcessHandle(pid);
  } catch {
    // It is not ours to watch; Windows tells of it as far as it can.
    return undefined;
  }
  const handle = new Handle(raw, `The process ${pid}`);
  handle.setRef(false);
  const watch: Watched = { handle, listeners: new Set() };
  watched.set(pid, watch);
  look(pid, watch);
  return watch;
}

async function look(pid: number, watch: Watched): Promise<void> {
  try {
    await waitAny([{ handle: watch.handle, giveBack() {} }], {});
  } catch {
    // The watch has ended.
    return;
  }
  end(pid, watch);
  for (const listener of [...watch.listeners]) listener();
}

function end(pid: number, watch: Watched): void {
  if (watched.get(pid) === watch) watched.delete(pid);
  watch.handle.close();
  reconsiderRefs();
}
