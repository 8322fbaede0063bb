/**
 * An end of a ring that was dropped without `close()`.
 *
 * @module
 */

import { unmap } from "../io/section.ts";
import type { MappedRing } from "./mapped_ring.ts";
import { wake } from "./events.ts";
import { ROLE_AT, STATE } from "./layout.ts";

/** The mapping of a ring, as far as the program can reach it in ways of its own. */
export interface Mapping {
  /** It was moved elsewhere: it stays until the program ends. */
  kept: boolean;
  /** Messages in it are lent. */
  lent: boolean;
}

/**
 * What closes `ring` for the other end and unmaps it; its handles are let go by
 * their own owners.
 */
export function abandoning(
  { name, role, memory, address }: MappedRing,
  timer: ReturnType<typeof setInterval>,
  mapping: Mapping,
): () => void {
  const other = role === "producer" ? "consumer" : "producer";
  return () => {
    clearInterval(timer);
    memory.store(ROLE_AT[role].state, STATE.closed);
    if (memory.load(ROLE_AT[other].sleeping) !== 0) {
      wake(memory, name, other)?.close();
    }
    memory.end();
    if (!mapping.kept && !mapping.lent) unmap(address);
  };
}
