/**
 * Mutexes: one owner at a time, across processes.
 *
 * A mutex belongs to the thread that took it, and only that thread can release
 * it. Calls that wait run on any thread of Deno's pool, so a mutex that they
 * took could never be released. Windows cannot wait for a mutex without taking
 * it either. So the isolate's own thread takes it, by a wait of zero length,
 * and polls after 1, 2, 4, 8 and then every 10 ms while another thread has it.
 * A wait for a mutex needs no thread, and notices the release up to 10 ms late.
 *
 * Windows sees the whole isolate as one owner. The mutex still excludes parts
 * of the isolate from each other: only the first `lock()` takes it, even if the
 * same name was opened twice.
 *
 * @module
 */

import { checkBoolean } from "../io/checks.ts";
import { formatName } from "../io/object/event_object.ts";
import { toDenoError, wrapWin32Error } from "../io/deno_error.ts";
import { Handle } from "../io/object/handle.ts";
import {
  checkKernelName,
  checkOptionalName,
} from "../io/object/check_kernel_name.ts";
import { create, openNamed, wideName } from "../io/object/kernel_object.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { useSecured } from "../io/object/security.ts";
import {
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { isSignaled, poll } from "../io/wait/wait_set.ts";
import { SYNCHRONIZE } from "../win32/constants.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { sourceOf, SyncObject } from "./object.ts";
import { waitForAny } from "./wait.ts";

/** The options of {@linkcode createMutex}. */
export interface CreateMutexOptions {
  /**
   * Fails with `AlreadyExists` if the mutex already exists, instead of opening
   * it.
   *
   * @default {false}
   */
  createNew?: boolean | undefined;
  /**
   * Who may open the mutex, as a security descriptor string: `"D:(A;;GA;;;WD)"`
   * allows everyone. Needs advapi32. By default, Windows allows this user, the
   * system and administrators.
   */
  sddl?: string | undefined;
}

/** A held mutex. `using` releases it at the end of a block. */
export interface MutexLock extends Disposable {
  /**
   * Whether the previous owner ended without releasing it. The guarded data may
   * be inconsistent.
   */
  readonly abandoned: boolean;
  /** Releases the mutex. Safe to call twice. */
  release(): void;
}

const WAIT_ABANDONED = 0x80;

/**
 * Creates the mutex `name`, or opens it if it already exists. `null` creates
 * one without a name. It has no owner at first.
 *
 * Calls `CreateMutexW`. Needs kernel32.dll, and advapi32.dll for `sddl`. Throws
 * the same errors as {@linkcode createEvent}.
 *
 * @example
 * ```ts
 * import { createMutex } from "@winipc/winipc";
 *
 * using mutex = createMutex("app-config");
 * {
 *   using lock = await mutex.lock({ timeout: 5000 });
 *   if (lock.abandoned) console.log("the last owner died: checking the file");
 * }
 * ```
 */
export function createMutex(
  name: string | null,
  options: CreateMutexOptions = {},
): MutexObject {
  const { createNew = false, sddl } = options;
  checkOptionalName("mutex", name);
  checkBoolean("createNew", createNew);
  useSecured("sync", sddl);
  const action = `Cannot create the mutex ${formatName(name)}`;
  const { raw, existed } = create(
    { action, call: "CreateMutexW", createNew, sddl },
    (attributes) => kernel32().raw.CreateMutexW(attributes, 0, wideName(name)),
  );
  return new MutexObject(name, !existed, raw);
}

/**
 * Opens the existing mutex `name`.
 *
 * Calls `OpenMutexW`. Needs kernel32.dll. Throws the same errors as {@linkcode
 * openEvent}.
 *
 * @example
 * ```ts
 * import { createMutex, openMutex } from "@winipc/winipc";
 *
 * using mutex = createMutex("app-config");
 * using theirs = openMutex("app-config"); // in another process
 * using lock = await theirs.lock({ timeout: 5000 });
 * console.log(theirs.held, lock.abandoned); // true false
 * ```
 */
export function openMutex(name: string): MutexObject {
  checkKernelName("mutex", name);
  useNative("sync");
  const action = `Cannot open the mutex "${name}"`;
  const raw = openNamed(action, "OpenMutexW", SYNCHRONIZE, name);
  return new MutexObject(name, false, raw);
}

/**
 * The objects that hold a mutex in this isolate, by the mutex' name, or by the
 * object if it has no name. A held mutex is not garbage.
 */
const holders = new Map<string | MutexObject, MutexObject>();

/**
 * A mutex. Made by {@linkcode createMutex} and {@linkcode openMutex}.
 *
 * Windows cannot wait for a mutex without taking it on the waiting thread, so a
 * wait polls: after 1, 2, 4, 8 and then every 10 ms. It may notice a release up
 * to 10 ms late, and programs that wait in Windows may take the mutex first.
 *
 * To Windows, the whole program (each Worker on its own) is one owner. Within
 * it, only one {@linkcode MutexObject} of a name holds the mutex at a time.
 *
 * @example
 * ```ts
 * import { createMutex } from "@winipc/winipc";
 *
 * using mutex = createMutex(null);
 * {
 *   using lock = mutex.tryLock();
 *   console.log(lock === undefined ? "taken" : "mine");
 * }
 * console.log(mutex.held); // false
 * ```
 */
export class MutexObject extends SyncObject {
  readonly #handle: Handle;
  readonly #key: string | MutexObject;
  #held: { lock?: MutexLock } | undefined;

  /** Use {@linkcode createMutex} or {@linkcode openMutex}. */
  constructor(name: string | null, created: boolean, raw: bigint) {
    const handle = new Handle(raw, `The mutex ${formatName(name)}`);
    super(name, created, {
      handle,
      ofThread: true,
      take: () => this.#take(),
      mayTake: () => this.#isFree(),
      took: () => this.#took(),
      undoAcquire: () => this.release(),
    });
    this.#handle = handle;
    this.#key = name?.replace(/^Local\\/, "") ?? this;
  }

  /** Whether this object holds the mutex. */
  get held(): boolean {
    return this.#held !== undefined;
  }

  /**
   * Waits until the mutex is free and takes it.
   *
   * Calls `WaitForSingleObject` with a timeout of 0, repeatedly. Throws the
   * signal's reason, a `TimeoutError`, or {@linkcode Deno.errors.BadResource}
   * when the object is or gets closed.
   */
  async lock(options: WaitOptions = {}): Promise<MutexLock> {
    const wait = withTimeoutMessage(
      options,
      () => `Cannot lock ${this.#handle.named}: it did not come free`,
    );
    const { abandoned } = await waitForAny([this], wait);
    return this.#lock(abandoned);
  }

  /**
   * Takes the mutex if it is free; returns null if it is held, by this object
   * too.
   */
  tryLock(): MutexLock | null {
    const taken = sourceOf(this).take();
    return taken === undefined ? null : this.#lock(taken.abandoned);
  }

  /**
   * Releases a mutex that {@linkcode waitFor} took.
   *
   * Calls `ReleaseMutex`. Throws {@linkcode Deno.errors.PermissionDenied} when
   * this object does not hold it.
   */
  release(): void {
    const { raw, named } = this.#handle;
    if (this.#held === undefined) {
      throw new Deno.errors.PermissionDenied(
        `Cannot release ${named}: this object does not hold it`,
      );
    }
    this.#held = undefined;
    holders.delete(this.#key);
    wrapWin32Error(
      `Cannot release ${named}`,
      () => kernel32().call.ReleaseMutex(raw),
      {
        [ERROR.ERROR_NOT_OWNER]: [
          Deno.errors.PermissionDenied,
          "another thread took it",
        ],
      },
    );
  }

  /**
   * Releases the mutex if this object holds it, and closes it. Safe to call
   * twice.
   */
  override close(): void {
    if (!this.closed && this.held) this.release();
    super.close();
  }

  #take(): { abandoned: boolean } | undefined {
    const { raw, named } = this.#handle;
    if (!this.#isFree()) return undefined;
    const result = poll(raw);
    if (typeof result === "object") {
      throw toDenoError(`Cannot lock ${named}`, result);
    }
    if (!isSignaled(result)) return undefined;
    this.#took();
    return { abandoned: result === WAIT_ABANDONED };
  }

  /** Windows would let the isolate's thread take it a second time. */
  #isFree(): boolean {
    return this.#held === undefined && !holders.has(this.#key);
  }

  #took(): void {
    this.#held = {};
    holders.set(this.#key, this);
  }

  #lock(abandoned: boolean): MutexLock {
    const held = this.#held;
    const release = () => {
      if (held !== undefined && this.#held === held) this.release();
    };
    return { abandoned, release, [Symbol.dispose]: release };
  }
}
