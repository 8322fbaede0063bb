/**
 * The waiter: one blocked thread for all waits for kernel objects.
 *
 * A wait joins a set of at most 63 objects. Each set blocks one thread of
 * Deno's pool in `WaitForMultipleObjects`, with its own event as the 64th
 * object, which wakes the thread when the set changes. So fifty waits cost
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

import { toDenoError } from "../deno_error.ts";
import type { Handle } from "../object/handle.ts";
import { yieldIfDue } from "./yield.ts";
import { onAbort } from "./on_abort.ts";
import { checkWait, timedOut, type WaitOptions } from "./wait_options.ts";
import { isSignaled, poll, WaitSet, type WaitTarget } from "./wait_set.ts";

/** All sets. They are kept with their events, and used again. */
const sets: WaitSet<Wait>[] = [];
const setOf = new Map<Handle, WaitSet<Wait>>();

/**
 * Takes the first signaled one of `targets` without waiting, and returns its
 * index.
 */
export function takeAny(targets: readonly WaitTarget[]): number | undefined {
  for (const [index, { handle }] of targets.entries()) {
    const result = poll(handle.raw);
    if (typeof result === "object") {
      throw toDenoError(`Cannot wait for ${handle.named}`, result);
    }
    if (isSignaled(result)) return index;
  }
  return undefined;
}

/**
 * Waits until one of `targets` is signaled, takes it, and resolves to its
 * index. `watched` are the objects of the caller's whole wait: closing one ends
 * it, and they decide whether it keeps the program alive.
 *
 * @throws {Deno.errors.BadResource} when one of them is or gets closed
 * @throws the signal's reason, or a `TimeoutError` DOMException
 */
export function waitAny(
  targets: readonly WaitTarget[],
  options: WaitOptions,
  watched: readonly Pick<WaitTarget, "handle">[] = targets,
): number | Promise<number> {
  checkWait(options);
  const taken = takeAny(targets);
  if (taken === undefined && options.timeout !== 0) {
    return new Wait(targets, options, watched).promise;
  }
  const result = () => {
    if (taken === undefined) throw timedOut(options);
    return taken;
  };
  return yieldIfDue()?.then(result) ?? result();
}

/** Updates whether the waits keep the program alive, after a handle's `setRef`. */
export function reconsiderRefs(): void {
  for (const set of sets) set.reconsider();
}

class Wait {
  readonly promise: Promise<number>;
  readonly #targets: readonly WaitTarget[];
  readonly #watched: readonly Pick<WaitTarget, "handle">[];
  readonly #resolve: (index: number) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #disarm: (() => void)[];
  #aborted: { reason: unknown } | undefined;

  constructor(
    targets: readonly WaitTarget[],
    options: WaitOptions,
    watched: readonly Pick<WaitTarget, "handle">[],
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#targets = targets;
    this.#watched = watched;
    const abort = (reason: unknown) => this.#abort(reason);
    this.#disarm = watched.map(({ handle }) =>
      handle.onClose(() => abort(handle.closedError()))
    );
    this.#disarm.push(onAbort(options, abort));
    try {
      for (const target of targets) setFor(target.handle).add(target, this);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Whether this wait keeps the program alive. */
  get refed(): boolean {
    return this.#watched.some(({ handle }) => handle.refed);
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

  /** A set's thread has returned without a signal for this wait. */
  returned(): void {
    if (this.#aborted !== undefined) this.#endIfNotBlocked();
  }

  #abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#endIfNotBlocked();
  }

  #endIfNotBlocked(): void {
    const blocked = this.#sets().filter((set) => set.isBlockedFor(this));
    if (blocked.length === 0) return this.fail(this.#aborted!.reason);
    // The other sets must not block or poll for it again: an object may be
    // closed.
    this.#leave(blocked);
    for (const set of blocked) set.wakeThread();
  }

  /** Leaves all sets but `blocked`, whose threads may still bring a signal. */
  #leave(blocked: readonly WaitSet<Wait>[] = []): void {
    for (const disarm of this.#disarm.splice(0)) disarm();
    for (const { handle } of this.#targets) {
      const set = setOf.get(handle);
      if (set === undefined || blocked.includes(set)) continue;
      set.remove(handle, this);
      if (!set.has(handle)) setOf.delete(handle);
    }
  }

  #sets(): WaitSet<Wait>[] {
    const all = this.#targets.map(({ handle }) => setOf.get(handle));
    return [...new Set(all)].filter((set) => set !== undefined);
  }
}

function setFor(handle: Handle): WaitSet<Wait> {
  let set = setOf.get(handle) ?? sets.find((set) => !set.full);
  if (set === undefined) sets.push(set = new WaitSet());
  setOf.set(handle, set);
  return set;
}
