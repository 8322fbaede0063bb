/**
 * What all sync objects have in common.
 *
 * @module
 */

import type { Handle } from "../io/handle.ts";
import { makeInheritable } from "../io/inheritance.ts";
import { reconsiderRefs, takeAny } from "../io/waiter.ts";

/** How an object is taken and given back by those who wait for it. */
export interface Source {
  /** The object. */
  readonly handle: Handle;
  /** Whether only the thread that takes it may give it back, so that no other thread may wait for it. */
  readonly ofThread: boolean;
  /** Takes it, if it is signaled, and says whether it was abandoned. */
  take(): { abandoned: boolean } | undefined;
  /** Whether it may be taken by a wait for several objects at once. */
  mayTake(): boolean;
  /** It was taken by a wait for several objects at once. */
  took(): void;
  /** Undoes what taking did to the object `raw`. */
  giveBack(raw: bigint): void;
}

/** An object that any thread may take and give back: all but mutexes. */
export function plainSource(
  handle: Handle,
  giveBack: (raw: bigint) => void,
): Source {
  const source = {
    handle,
    ofThread: false,
    take: () =>
      takeAny([source]) === undefined ? undefined : { abandoned: false },
    mayTake: () => true,
    took: () => {},
    giveBack,
  };
  return source;
}

const sources = new WeakMap<object, Source>();

/** The {@linkcode Source} of what the functions that wait were given. */
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
 * A kernel object that can be waited for by {@linkcode waitFor} and its like.
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
  /** The object's name; null for one without. */
  readonly name: string | null;
  /** Whether this call made it: false when it was there before. */
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

  /** Makes pending waits keep the program alive, which is the default. */
  ref(): void {
    this.#handle.setRef(true);
    reconsiderRefs();
  }

  /**
   * Lets the program end although this object is waited for. While nothing else
   * is waited for, signals are then noticed up to 10 ms late.
   */
  unref(): void {
    this.#handle.setRef(false);
    reconsiderRefs();
  }

  /**
   * Closes the object here; pending waits reject with `BadResource`. It lives
   * on where others have it open. Where a wait was pending, Windows has it back
   * a moment later: `await using`, or {@linkcode SyncObject[Symbol.asyncDispose]},
   * waits for that. Safe to call twice.
   */
  close(): void {
    this.#handle.close();
  }

  /** Closes the object, like {@linkcode SyncObject.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the object and waits until Windows has it back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#handle.closeAndSettle();
  }
}
