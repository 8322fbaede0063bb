/**
 * Events, as sync objects and rings use them.
 *
 * @module
 */

import { SYNCHRONIZE } from "../../win32/constants.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { create, type Created, openNamed, wideName } from "./kernel_object.ts";

/** The right to set an event. */
export const EVENT_MODIFY_STATE = 2;

/** How an event is created. */
export interface EventCreation {
  /** Whether it stays set until it is reset. */
  readonly manualReset: boolean;
  /** Whether it is set at first. */
  readonly set: boolean;
  /** Whether to fail if the event already exists. */
  readonly createNew: boolean;
  /** Who may open it. */
  readonly sddl: string | undefined;
}

/** Creates or opens the event `name`; null for no name. Calls `CreateEventW`. */
export function createEventHandle(
  name: string | null,
  { manualReset, set, createNew, sddl }: EventCreation,
): Created {
  const action = `Cannot create the event ${formatName(name)}`;
  return create(
    { action, call: "CreateEventW", createNew, sddl },
    (attributes) =>
      kernel32().raw.CreateEventW(
        attributes,
        Number(manualReset),
        Number(set),
        wideName(name),
      ),
  );
}

/**
 * Opens the event `name`, by default to set it and to wait for it. Calls
 * `OpenEventW`.
 */
export function openEventHandle(
  name: string,
  access = SYNCHRONIZE | EVENT_MODIFY_STATE,
): bigint {
  const action = `Cannot open the event "${name}"`;
  return openNamed(action, "OpenEventW", access, name);
}

/** A name for errors. */
export function formatName(name: string | null): string {
  return name === null ? "without a name" : `"${name}"`;
}
