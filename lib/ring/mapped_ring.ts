/**
 * A ring in this process' memory, and the processes at its ends.
 *
 * @module
 */

import type { Handle } from "../io/object/handle.ts";
import type { Dimensions } from "./layout.ts";
import type { RingMemory } from "./memory.ts";

/** Which end of a ring a process is. */
export type RingRole = "producer" | "consumer";

/** A mapped ring, and the role that this process takes in it. */
export interface MappedRing {
  readonly name: string;
  readonly role: RingRole;
  readonly section: Handle;
  readonly address: bigint;
  readonly memory: RingMemory;
  readonly zeroCopy: boolean;
  readonly dimensions: Dimensions;
  readonly spin: number | undefined;
  readonly sddl: string | undefined;
}
