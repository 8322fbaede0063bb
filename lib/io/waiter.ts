/**
 * The waiter: one parked thread for all waits for kernel objects.
 *
 * A wait joins a group of at most 63 objects, and each group parks on one
 * thread of Deno's pool in `WaitForMultipleObjects`, with an event of its own
 * as the 64th object, by which the thread is called back when the group
 * changes. So fifty waits cost one thread, and more objects than 63 cost one
 * thread for each 63 of them. (Windows' newer way, wait completion packets,
 * needs ntdll and is missing in Wine 10.)
 *
 * `WaitForMultipleObjects` consumes what it reports: an auto-reset event, one
 * count of a semaphore. A wait that is given up therefore ends only when the
 * parked thread has come back; where that brought its signal, it succeeds. A
 * signal that nobody waits for any more is given back. Mutexes are not waited
 * for here: the parked thread would own them.
 *
 * @module
 */

import { failure } from "./failure.ts";
import type { Handle } from "./handle.ts";
import { fairness } from "./fairness.ts";
import { checkWait, onGivingUp, timedOut, type WaitOptions } from "./wait.ts";
import { isTaken, tryTake, WaitGroup } from "./wait_group.ts";

/** Something to wait for. */
export interface WaitTarget {
  /** The object. While it is waited for it may be closed, which ends the wait. */
  readonly handle: Handle;
  /** Undoes what a wait did to the object `raw`: sets the event again, counts the semaphore up. */
  giveBack(raw: bigint): void;
}

const groups: WaitGroup<Wait>[] = [];
const groupOf = new Map<Handle, WaitGroup<Wait>>();

/** Takes the first of `targets` that is signaled, without waiting, and tells its index. */
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
 * @throws {Deno.errors.BadResource} when one of them is closed, before or meanwhile
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

/** Looks again at what keeps the program alive, after a handle's `setRef`. */
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

  /** A group's thread has come back without a signal for this wait. */
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

/** The first group stays, with its event, because waits follow each other. */
function retire(group: WaitGroup<Wait>): void {
  if (!group.idle || group === groups[0]) return;
  const at = groups.indexOf(group);
  if (at < 0) return;
  groups.splice(at, 1);
  group.end();
}
