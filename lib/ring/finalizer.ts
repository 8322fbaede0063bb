/**
 * Cleans up an end of a ring that is garbage collected without `close()`.
 *
 * @module
 */

import { unmap } from "../io/memory/section.ts";
import type { MappedRing } from "./mapped_ring.ts";
import { signalRole } from "./role_events.ts";
import { ROLE_AT, STATE } from "./layout.ts";

/**
 * The mapping of a ring, and whether the program can still reach it in other
 * ways.
 */
export interface Mapping {
  /** The program has transferred it: it stays mapped until the program ends. */
  kept: boolean;
  /** Messages in it are lent. */
  lent: boolean;
}

/**
 * Closes `ring` for the other end and unmaps it; its handles have their own
 * finalizers.
 */
export function createFinalizer(
  { name, role, memory, address }: MappedRing,
  timer: ReturnType<typeof setInterval>,
  mapping: Mapping,
): () => void {
  const other = role === "producer" ? "consumer" : "producer";
  return () => {
    clearInterval(timer);
    memory.store(ROLE_AT[role].state, STATE.closed);
    try {
      if (memory.load(ROLE_AT[other].sleeping) !== 0) {
        signalRole(memory, name, other)?.close();
      }
    } catch {
      // It was refused. Nobody can catch an error of a finalizer.
    }
    memory.end();
    if (!mapping.kept && !mapping.lent) unmap(address);
  };
}
