/**
 * Dropped objects: what nobody has closed, and nobody can reach any more.
 *
 * Whoever owns something of Windows is watched here from its birth to its
 * `close()`. Where the garbage collector takes it before, what it owned is let
 * go. That is a net under the program and no way to close: nobody knows when
 * the collector comes, if it ever does.
 *
 * What must not be dropped is held by others: a pending operation is known to
 * the completion port, a wait to its group, a view of memory to its owner.
 *
 * @module
 */

import { whileCollecting } from "../win32/collecting.ts";

/**
 * What a dropped object leaves behind. Contract: it does not refer to the
 * object, nor do the variables of the function that it is made in, which V8
 * keeps for all closures of that function together.
 */
export interface Left {
  /** What the object was, as errors call it: `The pipe "x"`. */
  readonly what: string;
  /** Lets go of it. */
  release(): void;
}

/** Told of each dropped object, after what it owned is let go. */
export type DroppedListener = (what: string) => void;

const listeners = new Set<DroppedListener>();

const registry = new FinalizationRegistry<Left>(({ what, release }) => {
  whileCollecting(release);
  for (const listener of listeners) listener(what);
});

/** Watches `owner`; {@linkcode unwatch} when it is closed. */
export function watch(owner: object, left: Left): void {
  registry.register(owner, left, owner);
}

/** No longer watches `owner`, which has let go itself. */
export function unwatch(owner: object): void {
  registry.unregister(owner);
}

/** Calls `listener` for each dropped object, as a trace does. The function returned ends that. */
export function onDropped(listener: DroppedListener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
