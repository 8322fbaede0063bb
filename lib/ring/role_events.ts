/**
 * The events of a ring's ends.
 *
 * @module
 */

import {
  createEventHandle,
  EVENT_MODIFY_STATE,
  openEventHandle,
} from "../io/object/event_object.ts";
import { Handle } from "../io/object/handle.ts";
import { relatedName } from "../io/object/check_kernel_name.ts";
import type { WaitTarget } from "../io/wait/wait_set.ts";
import { kernel32 } from "../win32/kernel32.ts";
import type { MappedRing, RingRole } from "./mapped_ring.ts";
import { ROLE_AT, STATE } from "./layout.ts";
import type { RingMemory } from "./memory.ts";

/** Creates the event of our role, which marks the role as taken. */
export function acquireRole(
  { name, role, sddl, memory }: MappedRing,
): WaitTarget {
  if (memory.load(ROLE_AT[role].state) !== STATE.absent) {
    throw new Deno.errors.Busy(
      `Cannot join the ring "${name}": it has, or had, a ${role} already`,
    );
  }
  try {
    const { raw } = createEventHandle(relatedName(name, role), {
      manualReset: false,
      set: false,
      createNew: true,
      sddl,
    });
    const handle = new Handle(raw, `The ${role} of the ring "${name}"`);
    return { handle, undoAcquire: (raw) => void kernel32().raw.SetEvent(raw) };
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new Deno.errors.Busy(
      `Cannot join the ring "${name}": it has a ${role} already`,
      { cause: error },
    );
  }
}

/**
 * Sets the event of `role`, which sleeps; `known` if it is already open.
 * Returns it if it exists.
 */
export function signalRole(
  memory: RingMemory,
  name: string,
  role: RingRole,
  known?: Handle,
): Handle | undefined {
  let event = known;
  try {
    // With the right to set it only. An SDDL such as "D:(A;;GRGW;;;AU)" does
    // not give SYNCHRONIZE, the right to wait for it (Microsoft:
    // Synchronization Object Security and Access Rights).
    event ??= new Handle(
      openEventHandle(relatedName(name, role), EVENT_MODIFY_STATE),
      "The event of the other end",
    );
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new Deno.errors.PermissionDenied(
        `Cannot wake the ${role} of the ring "${name}": the security of its event does not allow it; between two accounts, give an sddl to both createRing() and openRing()`,
        { cause: error.cause },
      );
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // The other end said that it sleeps, and has ended.
  }
  // Only now: what was refused is tried again.
  memory.store(ROLE_AT[role].sleeping, 0);
  if (event !== undefined) kernel32().raw.SetEvent(event.raw);
  return event;
}
