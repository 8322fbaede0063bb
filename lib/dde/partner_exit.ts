/**
 * Detects the end of the processes at the other end of conversations.
 *
 * Windows ends the conversations of a process that dies on its behalf; Wine
 * does not. So this watches the process itself, once for all its conversations.
 *
 * @module
 */

import { Handle } from "../io/object/handle.ts";
import { openProcessHandle } from "../io/object/process_handle.ts";
import { reconsiderRefs, waitAny } from "../io/wait/waiter.ts";
import { type DdePartner, WM_DDE_TERMINATE } from "./wire/protocol.ts";
import { user32 } from "../win32/user32.ts";

interface Watched {
  readonly handle: Handle;
  readonly listeners: Set<() => void>;
}

const watched = new Map<number, Watched>();

/**
 * Ends the conversation of our window `conversation` when its partner's process
 * has ended, as the partner would: by `WM_DDE_TERMINATE`, which is queued after
 * all messages that the partner has posted. Calls `gone` if that is impossible.
 * Returns a function that stops this.
 */
export function watchPartner(
  conversation: bigint,
  { pid, handle }: DdePartner,
  gone: () => void,
): () => void {
  return watchProcess(pid, () => {
    const { raw } = user32();
    const posted = raw.PostMessageW(
      conversation,
      WM_DDE_TERMINATE,
      handle,
      0n,
    );
    if (posted === 0) gone();
  });
}

/**
 * Calls `gone` when the process `pid` has ended. Does nothing if this process
 * may not open it, for example because it belongs to another user. This wait
 * does not keep the program alive.
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
    // This process may not wait for it; Windows reports its end if it can.
    return undefined;
  }
  const handle = new Handle(raw, `The process ${pid}`);
  handle.setRef(false);
  const watch: Watched = { handle, listeners: new Set() };
  watched.set(pid, watch);
  watchExit(pid, watch);
  return watch;
}

async function watchExit(pid: number, watch: Watched): Promise<void> {
  try {
    await waitAny([{ handle: watch.handle }], {});
  } catch {
    // The wait was stopped.
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
