/**
 * Semaphores: they limit how many users hold a resource at once.
 *
 * @module
 */

import { checkBoolean, checkInteger } from "../io/checks.ts";
import { formatName } from "../io/object/event_object.ts";
import { wrapWin32Error } from "../io/deno_error.ts";
import { Handle } from "../io/object/handle.ts";
import {
  checkKernelName,
  checkOptionalName,
} from "../io/object/check_kernel_name.ts";
import { create, openNamed, wideName } from "../io/object/kernel_object.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { useSecured } from "../io/object/security.ts";
import { SYNCHRONIZE } from "../win32/constants.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { plainSource, SyncObject } from "./object.ts";

/** The options of {@linkcode createSemaphore}. */
export interface CreateSemaphoreOptions {
  /** The maximum count, 1 to 2147483647. */
  max: number;
  /**
   * The initial count.
   *
   * @default the maximum count
   */
  initial?: number | undefined;
  /**
   * Fails with `AlreadyExists` if the semaphore already exists, instead of
   * opening it.
   *
   * @default {false}
   */
  createNew?: boolean | undefined;
  /**
   * Who may open the semaphore, as a security descriptor string:
   * `"D:(A;;GA;;;WD)"` allows everyone. Needs advapi32. By default, Windows
   * allows this user, the system and administrators.
   */
  sddl?: string | undefined;
}

const SEMAPHORE_MODIFY_STATE = 2;
const MAX_COUNT = 0x7fff_ffff;

/**
 * Creates the semaphore `name`, or opens it with its own counts if it already
 * exists. `null` creates one without a name.
 *
 * Calls `CreateSemaphoreW`. Needs kernel32.dll, and advapi32.dll for `sddl`.
 * Throws the same errors as {@linkcode createEvent}, and a {@linkcode
 * RangeError} for counts out of range.
 *
 * @example At most three at once, in all processes
 * ```ts
 * import { createSemaphore, waitFor } from "@winipc/winipc";
 *
 * using slots = createSemaphore("app-slots", { max: 3 });
 * await waitFor(slots);
 * console.log("working");
 * slots.release();
 * ```
 */
export function createSemaphore(
  name: string | null,
  options: CreateSemaphoreOptions,
): SemaphoreObject {
  const { max, initial = max, createNew = false, sddl } = options;
  checkOptionalName("semaphore", name);
  checkInteger("max", max, 1, MAX_COUNT);
  checkInteger("initial", initial, 0, max);
  checkBoolean("createNew", createNew);
  useSecured("sync", sddl);
  const action = `Cannot create the semaphore ${formatName(name)}`;
  const { raw, existed } = create(
    { action, call: "CreateSemaphoreW", createNew, sddl },
    (attributes) =>
      kernel32().raw.CreateSemaphoreW(attributes, initial, max, wideName(name)),
  );
  return new SemaphoreObject(name, !existed, raw);
}

/**
 * Opens the existing semaphore `name`.
 *
 * Calls `OpenSemaphoreW`. Needs kernel32.dll. Throws the same errors as
 * {@linkcode openEvent}.
 *
 * @example
 * ```ts
 * import { createSemaphore, openSemaphore, waitFor } from "@winipc/winipc";
 *
 * using slots = createSemaphore("app-slots", { max: 3 });
 * using theirs = openSemaphore("app-slots"); // in another process
 * await waitFor(theirs, { timeout: 5000 });
 * theirs.release();
 * ```
 */
export function openSemaphore(name: string): SemaphoreObject {
  checkKernelName("semaphore", name);
  useNative("sync");
  const action = `Cannot open the semaphore "${name}"`;
  const access = SYNCHRONIZE | SEMAPHORE_MODIFY_STATE;
  const raw = openNamed(action, "OpenSemaphoreW", access, name);
  return new SemaphoreObject(name, false, raw);
}

/**
 * A semaphore. Made by {@linkcode createSemaphore} and {@linkcode openSemaphore}.
 *
 * @example
 * ```ts
 * import { createSemaphore, waitFor } from "@winipc/winipc";
 *
 * using jobs = createSemaphore(null, { max: 10, initial: 0 });
 * console.log(jobs.release(2)); // there were 0
 * await waitFor(jobs);
 * await waitFor(jobs);
 * ```
 */
export class SemaphoreObject extends SyncObject {
  readonly #handle: Handle;

  /** Use {@linkcode createSemaphore} or {@linkcode openSemaphore}. */
  constructor(name: string | null, created: boolean, raw: bigint) {
    const handle = new Handle(raw, `The semaphore ${formatName(name)}`);
    const source = plainSource(
      handle,
      (raw) => void kernel32().raw.ReleaseSemaphore(raw, 1, null),
    );
    super(name, created, source);
    this.#handle = handle;
  }

  /**
   * Releases `count` (default 1), so that as many waits end. Returns the
   * previous count.
   *
   * Calls `ReleaseSemaphore`. Throws a {@linkcode RangeError}, and changes
   * nothing, if that would pass the maximum; {@linkcode
   * Deno.errors.BadResource} when closed.
   */
  release(count = 1): number {
    checkInteger("count", count, 1, MAX_COUNT);
    const { raw, named } = this.#handle;
    const before = new Int32Array(1);
    wrapWin32Error(
      `Cannot release ${named} by ${count}`,
      () => kernel32().call.ReleaseSemaphore(raw, count, before),
      {
        [ERROR.ERROR_TOO_MANY_POSTS]: [
          RangeError,
          "that is more than its highest count",
        ],
      },
    );
    return before[0]!;
  }
}
