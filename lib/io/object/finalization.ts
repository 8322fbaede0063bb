/**
 * Objects that are garbage collected without `close()`.
 *
 * An owner of a Windows resource is registered here from its creation to its
 * `close()`. If it is garbage collected first, the resource is released. This
 * is a safety net, not a way to close: garbage collection may come late or
 * never.
 *
 * Other objects hold those that must not be collected: the completion port
 * holds pending operations, a wait set its waits, and a view of memory its owner.
 *
 * @module
 */

import { runGcCleanup } from "../../win32/gc_cleanup.ts";

/**
 * The cleanup of a collected object. It must not refer to the object, and
 * neither may the variables of the function that creates it, which V8 keeps for
 * all closures of that function together.
 */
export interface Cleanup {
  /** The object's description in errors: `The pipe "x"`. */
  readonly what: string;
  /** Releases the resource. */
  release(): void;
}

/** Called for each collected object, after its resource is released. */
export type DroppedListener = (what: string) => void;

const listeners = new Set<DroppedListener>();

const registry = new FinalizationRegistry<Cleanup>(({ what, release }) => {
  runGcCleanup(release);
  for (const listener of listeners) listener(what);
});

/** Registers `owner`; call {@linkcode unregisterFinalizer} when it is closed. */
export function registerFinalizer(owner: object, left: Cleanup): void {
  registry.register(owner, left, owner);
}

/** Unregisters `owner`, which has released its resource itself. */
export function unregisterFinalizer(owner: object): void {
  registry.unregister(owner);
}

/**
 * Calls `listener` for each collected object, for traces. The returned function
 * stops that.
 */
export function onDropped(listener: DroppedListener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
