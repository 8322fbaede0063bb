/**
 * Events: a flag that others wait for.
 *
 * @module
 */

import { checkBoolean } from "../io/checks.ts";
import {
  asShown,
  createEventHandle,
  openEventHandle,
} from "../io/event_object.ts";
import { attempt } from "../io/failure.ts";
import { Handle } from "../io/handle.ts";
import { checkKernelName, checkOptionalName } from "../io/kernel_name.ts";
import { useNative } from "../io/native_access.ts";
import { useSecured } from "../io/security.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { plainSource, SyncObject } from "./object.ts";

/** The options of {@linkcode createEvent}. */
export interface CreateEventOptions {
  /**
   * Keeps the event set until {@linkcode EventObject.reset}, for all who wait.
   * Otherwise one wait takes it.
   *
   * @default {false}
   */
  manualReset?: boolean | undefined;
  /**
   * Begins set.
   *
   * @default {false}
   */
  set?: boolean | undefined;
  /**
   * Fails with `AlreadyExists` where the event is there already, instead of
   * opening it.
   *
   * @default {false}
   */
  createNew?: boolean | undefined;
  /**
   * Who may open the event, as a security descriptor string: `"D:(A;;GA;;;WD)"`
   * lets everybody. Needs advapi32. By default Windows lets this user, the
   * system and administrators.
   */
  sddl?: string | undefined;
}

/**
 * Creates the event `name`, or opens it where it is there already; `null` makes
 * one without a name. A name may begin with `Local\` (this session, the
 * default) or `Global\`.
 *
 * Calls `CreateEventW`. Needs kernel32.dll, and advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AlreadyExists} when the name belongs to an object of
 * another kind, or with `createNew` to any
 * @throws {Deno.errors.PermissionDenied} when the security of an event that is
 * there refuses us
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad name, option or SDDL
 *
 * @example
 * ```ts
 * import { createEvent, openEvent, waitFor } from "@winipc/winipc";
 *
 * using ready = createEvent("app-ready", { manualReset: true });
 * using same = openEvent("app-ready"); // as another process does
 * same.set();
 * await waitFor(ready, { timeout: 5000 });
 * ```
 */
export function createEvent(
  name: string | null,
  options: CreateEventOptions = {},
): EventObject {
  const { manualReset = false, set = false, createNew = false, sddl } = options;
  checkOptionalName("event", name);
  checkBoolean("manualReset", manualReset);
  checkBoolean("set", set);
  checkBoolean("createNew", createNew);
  useSecured("sync", sddl);
  const { raw, existed } = createEventHandle(name, {
    manualReset,
    set,
    createNew,
    sddl,
  });
  return new EventObject(name, !existed, raw, manualReset);
}

/** The options of {@linkcode openEvent}. */
export interface OpenEventOptions {
  /**
   * Says that the event was made to stay set, which Windows does not tell. It
   * matters when a wait ends without using a signal that it took already: an
   * auto-reset event is then set again, and one that stays set is left alone.
   *
   * @default {false}
   */
  manualReset?: boolean | undefined;
}

/**
 * Opens the event `name`, which must be there.
 *
 * Calls `OpenEventW`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such event
 * @throws {Deno.errors.PermissionDenied} when its security refuses us
 * @throws {TypeError} for a bad name
 *
 * @example
 * ```ts
 * import { createEvent, openEvent } from "@winipc/winipc";
 *
 * using ready = createEvent("app-ready");
 * using theirs = openEvent("app-ready"); // in another process
 * theirs.set();
 * ```
 */
export function openEvent(
  name: string,
  options: OpenEventOptions = {},
): EventObject {
  const { manualReset = false } = options;
  checkKernelName("event", name);
  checkBoolean("manualReset", manualReset);
  useNative("sync");
  return new EventObject(name, false, openEventHandle(name), manualReset);
}

/**
 * An event. Made by {@linkcode createEvent} and {@linkcode openEvent}.
 *
 * @example
 * ```ts
 * import { createEvent, waitFor } from "@winipc/winipc";
 *
 * using go = createEvent("app-go", { manualReset: true });
 * go.set();
 * await waitFor(go); // and everybody else who waits
 * go.reset();
 * ```
 */
export class EventObject extends SyncObject {
  readonly #handle: Handle;

  /** Use {@linkcode createEvent} or {@linkcode openEvent}. */
  constructor(
    name: string | null,
    created: boolean,
    raw: bigint,
    manualReset: boolean,
  ) {
    const handle = new Handle(raw, `The event ${asShown(name)}`);
    const source = plainSource(handle, (raw) => {
      if (!manualReset) kernel32().raw.SetEvent(raw);
    });
    super(name, created, source);
    this.#handle = handle;
  }

  /**
   * Sets the event: one wait goes on, or with `manualReset` all do.
   *
   * Calls `SetEvent`. Throws {@linkcode Deno.errors.BadResource} when closed.
   */
  set(): void {
    const { raw, named } = this.#handle;
    attempt(`Cannot set ${named}`, () => kernel32().call.SetEvent(raw));
  }

  /**
   * Takes back a signal that nobody has taken.
   *
   * Calls `ResetEvent`. Throws {@linkcode Deno.errors.BadResource} when closed.
   */
  reset(): void {
    const { raw, named } = this.#handle;
    attempt(`Cannot reset ${named}`, () => kernel32().call.ResetEvent(raw));
  }
}
