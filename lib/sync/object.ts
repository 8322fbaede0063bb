/**
 * The common part of all sync objects.
 *
 * @module
 */

import type { Handle } from "../io/object/handle.ts";
import { makeInheritable } from "../io/object/inheritance.ts";
import { reconsiderRefs, takeAny } from "../io/wait/waiter.ts";
import { reconsiderSleeps } from "./poll.ts";

/** How waits take an object and undo that. */
export interface Source {
  /** The object. */
  readonly handle: Handle;
  /**
   * Whether only the thread that takes it may release it, so no other thread
   * may wait for it.
   */
  readonly ofThread: boolean;
  /** Takes it if it is signaled, and returns whether it was abandoned. */
  take(): { abandoned: boolean } | undefined;
  /** Whether a wait for several objects at once may take it. */
  mayTake(): boolean;
  /** A wait for several objects at once took it. */
  took(): void;
  /** Undoes a wait that took the object `raw`. */
  undoAcquire(raw: bigint): void;
}

/** An object that any thread may take and release: all but mutexes. */
export function plainSource(
  handle: Handle,
  undoAcquire: (raw: bigint) => void,
): Source {
  const source = {
    handle,
    ofThread: false,
    take: () =>
      takeAny([source]) === undefined ? undefined : { abandoned: false },
    mayTake: () => true,
    took: () => {},
    undoAcquire,
  };
  return source;
}

const sources = new WeakMap<object, Source>();

/** Returns the {@linkcode Source} of an argument of the wait functions. */
export function sourceOf(object: unknown): Source {
  const source = typeof object === "object" && object !== null
    ? sources.get(object)
    : undefined;
  if (source !== undefined) return source;
  throw new TypeError(
    `Invalid object ${
      object === null ? "null" : typeof object
    }: give an event, mutex, semaphore or process of winipc`,
  );
}

/**
 * A kernel object for {@linkcode waitFor} and the other wait functions.
 *
 * @example
 * ```ts
 * import { createEvent, createSemaphore, type SyncObject } from "@winipc/winipc";
 *
 * using event = createEvent("app-ready");
 * using slots = createSemaphore("app-slots", { max: 3 });
 * const objects: SyncObject[] = [event, slots];
 * for (const { name, created } of objects) console.log(name, created);
 * ```
 */
export abstract class SyncObject implements Disposable, AsyncDisposable {
  /** The object's name; null if it has none. */
  readonly name: string | null;
  /** Whether this call created it: false if it existed before. */
  readonly created: boolean;
  readonly #handle: Handle;

  /** Use the functions that create and open objects. */
  protected constructor(name: string | null, created: boolean, source: Source) {
    this.name = name;
    this.created = created;
    this.#handle = source.handle;
    sources.set(this, source);
    makeInheritable(this, () => source.handle.raw);
  }

  /** Whether {@linkcode SyncObject.close} was called. */
  get closed(): boolean {
    return this.#handle.closed;
  }

  /** Keeps the program alive while a wait is pending; this is the default. */
  ref(): void {
    this.#setRef(true);
  }

  /**
   * Lets the program end while a wait for this object is pending. If no other
   * wait is pending, signals are then noticed up to 10 ms late.
   */
  unref(): void {
    this.#setRef(false);
  }

  /**
   * Closes the object here; pending waits reject with `BadResource`. Other
   * processes that have it open keep it. If a wait was pending, the handle
   * closes a moment later: `await using`, or {@linkcode
   * SyncObject[Symbol.asyncDispose]}, waits for that. Safe to call twice.
   */
  close(): void {
    this.#handle.close();
  }

  /** Closes the object, like {@linkcode SyncObject.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the object and waits until its handle is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#handle.closeAndSettle();
  }

  #setRef(refed: boolean): void {
    this.#handle.setRef(refed);
    reconsiderRefs();
    reconsiderSleeps();
  }
}
