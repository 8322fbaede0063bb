/**
 * The waiter: one blocked thread for all waits for kernel objects.
 *
 * A wait joins a group of at most 63 objects. Each group blocks one thread of
 * Deno's pool in `WaitForMultipleObjects`, with its own event as the 64th
 * object, which wakes the thread when the group changes. So fifty waits cost
 * one thread, and larger numbers cost one thread for every 63 objects.
 * (Windows' newer way, wait completion packets, needs ntdll and is missing in
 * Wine 10.)
 *
 * `WaitForMultipleObjects` takes the signal that it reports: an auto-reset
 * event, one count of a semaphore. So an aborted wait ends only when the
 * blocked thread has returned; if that brought its signal, the wait succeeds. A
 * signal without a wait is undone. Mutexes are not waited for here, because the
 * blocked thread would own them.
 *
 * @module
 */

import { failure } from "./failure.ts";
import type { Handle } from "./handle.ts";
import { fairness } from "./fairness.ts";
import { checkWait, onGivingUp, timedOut, type WaitOptions } from "./wait.ts";
import { isTaken, tryTake, WaitGroup } from "./wait_group.ts";

/** A target of a wait. */
export interface WaitTarget {
  /** The object. Closing it ends the wait. */
  readonly handle: Handle;
  /**
   * Undoes a wait on the object `raw`: sets the event again, or increments the
   * semaphore.
   */
  giveBack(raw: bigint): void;
}

const groups: WaitGroup<Wait>[] = [];
const groupOf = new Map<Handle, WaitGroup<Wait>>();

/**
 * Takes the first signaled one of `targets` without waiting, and returns its
 * index.
 */
export function takeAny(targets: readonly WaitTarget[]): number | undefined {
  for (const [index, { handle }] of targets.entries()) {
    const result = tryTake(handle.raw);
    if (typeof result === "object") {
      throw failure(`Cannot wait for ${handle.named}`, result);
    }
    if (isTaken(result)) return index;
  }
  return undefined;
}

/**
 * Waits until one of `targets` is signaled, takes it, and resolves to its
 * index.
 *
 * @throws {Deno.errors.BadResource} when one of them is or gets closed
 * @throws the signal's reason, or a `TimeoutError` DOMException
 */
export function waitAny(
  targets: readonly WaitTarget[],
  options: WaitOptions,
): number | Promise<number> {
  checkWait(options);
  const taken = takeAny(targets);
  if (taken !== undefined) {
    return fairness()?.then(() => taken) ?? taken;
  }
  if (options.timeout === 0) throw timedOut(options);
  return new Wait(targets, options).promise;
}

/** Updates whether the waits keep the program alive, after a handle's `setRef`. */
export function reconsiderRefs(): void {
  for (const group of groups) group.reconsider();
}

class Wait {
  readonly promise: Promise<number>;
  readonly #targets: readonly WaitTarget[];
  readonly #resolve: (index: number) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #disarm: (() => void)[];
  #givenUp: { reason: unknown } | undefined;

  constructor(targets: readonly WaitTarget[], options: WaitOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#targets = targets;
    const giveUp = (reason: unknown) => this.#giveUp(reason);
    this.#disarm = targets.map(({ handle }) =>
      handle.onClose(() => giveUp(handle.closedError()))
    );
    this.#disarm.push(onGivingUp(options, giveUp));
    for (const target of targets) groupFor(target.handle).add(target, this);
  }

  /** Whether this wait keeps the program alive. */
  get refed(): boolean {
    return this.#targets.some(({ handle }) => handle.refed);
  }

  /** `target` was signaled and taken for this wait. */
  succeed(target: WaitTarget): void {
    this.#leave();
    this.#resolve(this.#targets.indexOf(target));
  }

  /** Windows refuses to wait. */
  fail(reason: unknown): void {
    this.#leave();
    this.#reject(reason);
  }

  /** A group's thread has returned without a signal for this wait. */
  returned(): void {
    if (this.#givenUp !== undefined) this.#endIfNotParked();
  }

  #giveUp(reason: unknown): void {
    this.#givenUp ??= { reason };
    this.#endIfNotParked();
  }

  #endIfNotParked(): void {
    const parked = this.#groups().filter((group) => group.isParkedFor(this));
    if (parked.length === 0) return this.fail(this.#givenUp!.reason);
    for (const group of parked) group.callBack();
  }

  #leave(): void {
    for (const disarm of this.#disarm.splice(0)) disarm();
    for (const { handle } of this.#targets) {
      const group = groupOf.get(handle);
      if (group === undefined) continue;
      group.remove(handle, this);
      if (!group.has(handle)) groupOf.delete(handle);
      retire(group);
    }
  }

  #groups(): WaitGroup<Wait>[] {
    const all = this.#targets.map(({ handle }) => groupOf.get(handle));
    return [...new Set(all)].filter((group) => group !== undefined);
  }
}

function groupFor(handle: Handle): WaitGroup<Wait> {
  let group = groupOf.get(handle) ?? groups.find((group) => !group.full);
  if (group === undefined) groups.push(group = new WaitGroup());
  groupOf.set(handle, group);
  return group;
}

/**
 * The first group is kept with its event, because waits often follow each
 * other.
 */
function retire(group: WaitGroup<Wait>): void {
  if (!group.idle || group === groups[0]) return;
  const at = groups.indexOf(group);
  if (at < 0) return;
  groups.splice(at, 1);
  group.end();
}
