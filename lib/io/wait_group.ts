/**
 * Up to 63 objects that one blocked thread waits for.
 *
 * @module
 */

import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { failure } from "./failure.ts";
import type { Handle } from "./handle.ts";
import { fairness } from "./fairness.ts";

/** A target of a group: an object, and how to undo a taken signal. */
export interface GroupTarget {
  /** The object. */
  readonly handle: Handle;
  /** Undoes a wait that consumed a signal of the object `raw`. */
  giveBack(raw: bigint): void;
}

/** A wait, as its group sees it. */
export interface GroupWait {
  /** Whether it keeps the program alive. */
  readonly refed: boolean;
  /** The object was signaled, and taken. The wait leaves the group. */
  succeed(target: GroupTarget): void;
  /** The object cannot be waited for. The wait leaves the group. */
  fail(reason: unknown): void;
  /** The blocked thread has returned without a signal for this one. */
  returned(): void;
}

interface Entry<W> {
  readonly target: GroupTarget;
  readonly waits: W[];
}

const MAXIMUM_WAIT_OBJECTS = 64;
const WAIT_ABANDONED_0 = 0x80;
const WAIT_TIMEOUT = 0x102;
const WAIT_FAILED = 0xffff_ffff;
const INFINITE = 0xffff_ffff;
const UNREF_LOOK_MS = 10;

/** The result of a wait of 0 ms for `raw`, or the error. */
export function tryTake(raw: bigint): number | Win32Error {
  const result = kernel32().raw.WaitForSingleObject(raw, 0);
  return result === WAIT_FAILED
    ? new Win32Error("WaitForSingleObject", lastErrorCode())
    : result;
}

/** Whether a wait's result says that the object was signaled. */
export function isTaken(result: number): boolean {
  return result !== WAIT_TIMEOUT;
}

/** A group of objects. Each object is in it once, with all its waits in order. */
export class WaitGroup<W extends GroupWait> {
  #entries: Entry<W>[] = [];
  #parked: Entry<W>[] | undefined;
  readonly #handles = new BigUint64Array(MAXIMUM_WAIT_OBJECTS);
  #wakeEvent = 0n;
  #called = false;
  #running = false;
  #endLook: (() => void) | undefined;

  /** Whether the group is full: one slot is for the event that wakes the thread. */
  get full(): boolean {
    return this.#entries.length >= MAXIMUM_WAIT_OBJECTS - 1;
  }

  /** Whether there are no waits and no thread is blocked. */
  get idle(): boolean {
    return this.#entries.length === 0 && !this.#running;
  }

  /** Whether the group has a wait for `handle`. */
  has(handle: Handle): boolean {
    return this.#entryOf(handle) !== undefined;
  }

  /** Whether the blocked thread might still bring a signal for `wait`. */
  isParkedFor(wait: W): boolean {
    return this.#parked?.some(({ waits }) => waits.includes(wait)) ?? false;
  }

  /** Adds `wait` for `target`. */
  add(target: GroupTarget, wait: W): void {
    this.#wakeEvent ||= kernel32().call.CreateEventW(null, 0, 0, null);
    const entry = this.#entryOf(target.handle);
    if (entry === undefined) {
      this.#entries.push({ target, waits: [wait] });
      this.callBack();
    } else entry.waits.push(wait);
    if (wait.refed) this.#endLook?.();
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
      this.callBack();
      this.#endLook?.();
    } else this.reconsider();
  }

  /** Wakes the blocked thread, if there is one. */
  callBack(): void {
    if (this.#parked === undefined || this.#called) return;
    this.#called = true;
    kernel32().raw.SetEvent(this.#wakeEvent);
  }

  /** Updates whether the waits keep the program alive. */
  reconsider(): void {
    if (this.#holds()) this.#endLook?.();
    else this.callBack();
  }

  /** Closes the group's event. There must be no waits. */
  end(): void {
    if (this.#wakeEvent === 0n) return;
    kernel32().call.CloseHandle(this.#wakeEvent);
    this.#wakeEvent = 0n;
  }

  async #run(): Promise<void> {
    while (this.#entries.length > 0) {
      await (this.#holds() ? this.#park() : this.#look());
      // A served wait may be repeated before the thread blocks again.
      await undefined;
      while (this.#entries.length > 0 && this.#take()) {
        await fairness();
        await undefined;
      }
    }
    this.#running = false;
  }

  async #park(): Promise<void> {
    const { raw } = kernel32();
    const parked = this.#parked = this.#entries;
    this.#entries = [...parked];
    const count = this.#fill(parked);
    for (const { target } of parked) target.handle.borrow();
    this.#handles[count] = this.#wakeEvent;
    const result = await raw.WaitForMultipleObjectsNonblocking(
      count + 1,
      this.#handles,
      0,
      INFINITE,
    );
    this.#parked = undefined;
    // No thread will be there for a wake-up that came too late.
    if (this.#called) raw.ResetEvent(this.#wakeEvent);
    this.#called = false;
    this.#settle(parked, result);
    for (const { target } of parked) target.handle.giveBack();
    for (const { waits } of parked) {
      for (const wait of [...waits]) wait.returned();
    }
  }

  /** Polls without a blocked thread, which would keep the program alive. */
  async #look(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endLook = resolve;
    const timer = setTimeout(resolve, UNREF_LOOK_MS);
    Deno.unrefTimer(timer);
    await promise;
    clearTimeout(timer);
    this.#endLook = undefined;
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
    if (wait === undefined) return giveBack(target);
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
      const raw = target.handle.borrow();
      const result = tryTake(raw);
      target.handle.giveBack();
      if (typeof result === "object") {
        found = true;
        const reason = failure(
          `Cannot wait for ${target.handle.named}`,
          result,
        );
        for (const wait of [...waits]) wait.fail(reason);
      } else if (isTaken(result)) this.#serve(entry);
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

  #holds(): boolean {
    return this.#entries.some(({ waits }) => waits.some(({ refed }) => refed));
  }

  #entryOf(handle: Handle): Entry<W> | undefined {
    return this.#entries.find(({ target }) => target.handle === handle);
  }
}

function giveBack(target: GroupTarget): void {
  const raw = target.handle.borrow();
  try {
    target.giveBack(raw);
  } finally {
    target.handle.giveBack();
  }
}
