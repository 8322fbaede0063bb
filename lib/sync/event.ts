/**
 * Events: flags that programs can wait for.
 *
 * @module
 */

import { checkBoolean } from "../io/checks.ts";
import {
  createEventHandle,
  formatName,
  openEventHandle,
} from "../io/object/event_object.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import { Handle } from "../io/object/handle.ts";
import {
  checkKernelName,
  checkOptionalName,
} from "../io/object/check_kernel_name.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { useSecured } from "../io/object/security.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { plainSource, SyncObject } from "./object.ts";

/** The options of {@linkcode createEvent}. */
export interface CreateEventOptions {
  /**
   * Keeps the event set, and ends all waits, until {@linkcode
   * EventObject.reset}. By default, one wait ends and resets it.
   *
   * @default {false}
   */
  manualReset?: boolean | undefined;
  /**
   * Whether the event is set at first.
   *
   * @default {false}
   */
  set?: boolean | undefined;
  /**
   * Fails with `AlreadyExists` if the event already exists, instead of opening
   * it.
   *
   * @default {false}
   */
  createNew?: boolean | undefined;
  /**
   * Who may open the event, as a security descriptor string: `"D:(A;;GA;;;WD)"`
   * allows everyone. Needs advapi32. By default, Windows allows this user, the
   * system and administrators.
   */
  sddl?: string | undefined;
}

/**
 * Creates the event `name`, or opens it if it already exists. `null` creates
 * one without a name. A name may begin with `Local\` (this session, the
 * default) or `Global\`.
 *
 * Calls `CreateEventW`. Needs kernel32.dll, and advapi32.dll for `sddl`.
 *
 * @throws {Deno.errors.AlreadyExists} when the name belongs to an object of
 * another kind, or with `createNew` to any
 * @throws {Deno.errors.PermissionDenied} when the security descriptor of an
 * existing event denies access
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
   * Whether the event was created with `manualReset`, which Windows does not
   * report. It matters if a wait has taken a signal and then ends without using
   * it: an auto-reset event is then set again, and a manual-reset event is left
   * alone.
   *
   * @default {false}
   */
  manualReset?: boolean | undefined;
}

/**
 * Opens the existing event `name`.
 *
 * Calls `OpenEventW`. Needs kernel32.dll.
 *
 * @throws {Deno.errors.NotFound} when there is no such event
 * @throws {Deno.errors.PermissionDenied} when its security descriptor denies
 * access
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
 * await waitFor(go); // ends every wait
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
    const handle = new Handle(raw, `The event ${formatName(name)}`);
    const source = plainSource(handle, (raw) => {
      if (!manualReset) kernel32().raw.SetEvent(raw);
    });
    super(name, created, source);
    this.#handle = handle;
  }

  /**
   * Sets the event: one wait ends, or all with `manualReset`.
   *
   * Calls `SetEvent`. Throws {@linkcode Deno.errors.BadResource} when closed.
   */
  set(): void {
    const { raw, named } = this.#handle;
    wrapWin32Error(`Cannot set ${named}`, () => kernel32().call.SetEvent(raw));
  }

  /**
   * Resets the event.
   *
   * Calls `ResetEvent`. Throws {@linkcode Deno.errors.BadResource} when closed.
   */
  reset(): void {
    const { raw, named } = this.#handle;
    wrapWin32Error(
      `Cannot reset ${named}`,
      () => kernel32().call.ResetEvent(raw),
    );
  }
}
