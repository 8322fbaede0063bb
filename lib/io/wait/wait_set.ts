/**
 * Up to 63 objects that one blocked thread waits for.
 *
 * @module
 */

import {
  INFINITE,
  MAXIMUM_WAIT_OBJECTS,
  WAIT_ABANDONED_0,
  WAIT_FAILED,
  WAIT_TIMEOUT,
} from "../../win32/constants.ts";
import { lastErrorCode, Win32Error } from "../../win32/error.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { toDenoError } from "../deno_error.ts";
import type { Handle } from "../object/handle.ts";
import { beginTimeSlice, yieldIfDue } from "./yield.ts";

/** A target of a wait. */
export interface WaitTarget {
  /** The object. Closing it ends the wait. */
  readonly handle: Handle;
  /**
   * Undoes a wait that consumed a signal of the object `raw`: sets the event
   * again, or increments the semaphore. Other objects need nothing.
   */
  undoAcquire?(raw: bigint): void;
}

/** A wait, as its set sees it. */
export interface PendingWait {
  /** Whether it keeps the program alive. */
  readonly refed: boolean;
  /** The object was signaled, and taken. The wait leaves the set. */
  succeed(target: WaitTarget): void;
  /** The object cannot be waited for. The wait leaves the set. */
  fail(reason: unknown): void;
  /** The blocked thread has returned without a signal for this one. */
  returned(): void;
}

interface Entry<W> {
  readonly target: WaitTarget;
  readonly waits: W[];
}

const UNREF_POLL_MS = 10;

/** The result of a wait of 0 ms for `raw`, or the error. */
export function poll(raw: bigint): number | Win32Error {
  const result = kernel32().raw.WaitForSingleObject(raw, 0);
  return result === WAIT_FAILED
    ? new Win32Error("WaitForSingleObject", lastErrorCode())
    : result;
}

/** Whether a wait's result says that the object was signaled. */
export function isSignaled(result: number): boolean {
  return result !== WAIT_TIMEOUT;
}

/** A set of objects. Each object is in it once, with all its waits in order. */
export class WaitSet<W extends PendingWait> {
  #entries: Entry<W>[] = [];
  #blocked: Entry<W>[] | undefined;
  readonly #handles = new BigUint64Array(MAXIMUM_WAIT_OBJECTS);
  readonly #wakeEvent = kernel32().call.CreateEventW(null, 0, 0, null);
  #called = false;
  #running = false;
  #endPause: (() => void) | undefined;

  /** Whether the set is full: one slot is for the event that wakes the thread. */
  get full(): boolean {
    return this.#entries.length >= MAXIMUM_WAIT_OBJECTS - 1;
  }

  /** Whether the set has a wait for `handle`. */
  has(handle: Handle): boolean {
    return this.#entryOf(handle) !== undefined;
  }

  /** Whether the blocked thread might still bring a signal for `wait`. */
  isBlockedFor(wait: W): boolean {
    return this.#blocked?.some(({ waits }) => waits.includes(wait)) ?? false;
  }

  /** Adds `wait` for `target`. */
  add(target: WaitTarget, wait: W): void {
    const entry = this.#entryOf(target.handle);
    if (entry === undefined) {
      this.#entries.push({ target, waits: [wait] });
      this.wakeThread();
    } else entry.waits.push(wait);
    if (wait.refed) this.#endPause?.();
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => this.#run());
  }

  /** Removes `wait` for `handle`. */
  remove(handle: Handle, wait: W): void {
    const entry = this.#entryOf(handle);
    const at = entry?.waits.indexOf(wait) ?? -1;
    if (at < 0) return;
    entry!.waits.splice(at, 1);
    if (entry!.waits.length === 0) {
      this.#entries = this.#entries.filter((other) => other !== entry);
      this.wakeThread();
      this.#endPause?.();
    } else this.reconsider();
  }

  /** Wakes the blocked thread, if there is one. */
  wakeThread(): void {
    if (this.#blocked === undefined || this.#called) return;
    this.#called = true;
    kernel32().raw.SetEvent(this.#wakeEvent);
  }

  /** Updates whether the waits keep the program alive. */
  reconsider(): void {
    if (this.#hasRefed()) this.#endPause?.();
    else this.wakeThread();
  }

  async #run(): Promise<void> {
    while (this.#entries.length > 0) {
      await (this.#hasRefed() ? this.#block() : this.#pollLater());
      beginTimeSlice();
      // A served wait may be repeated before the thread blocks again.
      await undefined;
      while (this.#entries.length > 0 && this.#take()) {
        await yieldIfDue();
        await undefined;
      }
    }
    this.#running = false;
  }

  async #block(): Promise<void> {
    const { raw } = kernel32();
    const blocked = this.#blocked = this.#entries;
    this.#entries = [...blocked];
    const count = this.#fill(blocked);
    for (const { target } of blocked) target.handle.pin();
    this.#handles[count] = this.#wakeEvent;
    const result = await raw.WaitForMultipleObjectsNonblocking(
      count + 1,
      this.#handles,
      0,
      INFINITE,
    );
    this.#blocked = undefined;
    // No thread will be there for a wake-up that came too late.
    if (this.#called) raw.ResetEvent(this.#wakeEvent);
    this.#called = false;
    this.#settle(blocked, result);
    for (const { target } of blocked) target.handle.unpin();
    for (const { waits } of blocked) {
      for (const wait of [...waits]) wait.returned();
    }
  }

  /** Polls without a blocked thread, which would keep the program alive. */
  async #pollLater(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endPause = resolve;
    const timer = setTimeout(resolve, UNREF_POLL_MS);
    Deno.unrefTimer(timer);
    await promise;
    clearTimeout(timer);
    this.#endPause = undefined;
  }

  #take(): boolean {
    const entries = this.#entries;
    const result = kernel32().raw.WaitForMultipleObjects(
      this.#fill(entries),
      this.#handles,
      0,
      0,
    );
    if (result === WAIT_TIMEOUT) return false;
    this.#settle(entries, result);
    return true;
  }

  #settle(entries: readonly Entry<W>[], result: number): void {
    if (result === WAIT_FAILED) return this.#expel(entries);
    const index = result >= WAIT_ABANDONED_0
      ? result - WAIT_ABANDONED_0
      : result;
    const entry = entries[index];
    if (entry !== undefined) this.#serve(entry);
  }

  #serve(entry: Entry<W>): void {
    const { target, waits } = entry;
    const wait = waits[0];
    if (wait === undefined) return undoAcquire(target);
    wait.succeed(target);
    // Windows prefers the first object, so the others move forward.
    if (waits.length === 0) return;
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#entries.push(entry);
  }

  /**
   * One of the objects cannot be waited for, and Windows does not say which:
   * check each of them.
   */
  #expel(entries: readonly Entry<W>[]): void {
    let found = false;
    for (const entry of [...entries]) {
      const { target, waits } = entry;
      const raw = target.handle.pin();
      const result = poll(raw);
      target.handle.unpin();
      if (typeof result === "object") {
        found = true;
        const reason = toDenoError(
          `Cannot wait for ${target.handle.named}`,
          result,
        );
        for (const wait of [...waits]) wait.fail(reason);
      } else if (isSignaled(result)) this.#serve(entry);
    }
    if (found) return;
    const reason = new Error("Cannot wait: Windows does not say why");
    for (const { waits } of entries) {
      for (const wait of [...waits]) wait.fail(reason);
    }
  }

  #fill(entries: readonly Entry<W>[]): number {
    entries.forEach(({ target }, index) => {
      // Closing an object ends its waits at once if no thread is blocked.
      this.#handles[index] = target.handle.raw;
    });
    return entries.length;
  }

  #hasRefed(): boolean {
    return this.#entries.some(({ waits }) => waits.some(({ refed }) => refed));
  }

  #entryOf(handle: Handle): Entry<W> | undefined {
    return this.#entries.find(({ target }) => target.handle === handle);
  }
}

function undoAcquire(target: WaitTarget): void {
  const raw = target.handle.pin();
  try {
    target.undoAcquire?.(raw);
  } finally {
    target.handle.unpin();
  }
}
