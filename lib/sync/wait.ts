/**
 * Waiting for sync objects and processes.
 *
 * @module
 */

import {
  beginWait,
  checkWait,
  remaining,
  timedOut,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { waitAny } from "../io/wait/waiter.ts";
import { yieldIfDue } from "../io/wait/yield.ts";
import { type Source, sourceOf, type SyncObject } from "./object.ts";
import { retryDelays, sleep } from "./poll.ts";

/** Errors name at most this many objects, and count the others. */
const MAX_NAMES = 3;

/** The result of a wait. */
export interface WaitResult<T extends SyncObject = SyncObject> {
  /**
   * The object that was signaled. This process now owns the auto-reset event's
   * signal, the semaphore's count, or the mutex.
   */
  readonly object: T;
  /** Its index in the list of objects. */
  readonly index: number;
  /** Whether it is a mutex whose owner ended without releasing it. */
  readonly abandoned: boolean;
}

/**
 * Waits until `object` is signaled: an event is set, a semaphore counts more
 * than 0, a mutex is free, a process has ended. Takes the signal, as Windows'
 * waits do. A wait that is aborted or times out takes nothing. Abort it before
 * its Worker ends: otherwise the next signal is taken, and nobody gets it.
 *
 * Calls `WaitForMultipleObjects`, on one thread for all waits of the program;
 * for a mutex `WaitForSingleObject`, see {@linkcode MutexObject}. Needs
 * kernel32.dll.
 *
 * @throws {Deno.errors.BadResource} when the object is or gets closed
 * @throws {TypeError} for a value that cannot be waited for
 * @throws the signal's reason, or a `TimeoutError` DOMException
 *
 * @example
 * ```ts
 * import { createEvent, openEvent, waitFor } from "@winipc/winipc";
 *
 * using ready = createEvent("app-ready", { set: true });
 * using theirs = openEvent("app-ready"); // in another process
 * await waitFor(theirs, { timeout: 5000 });
 * ```
 */
export async function waitFor<T extends SyncObject>(
  object: T,
  options: WaitOptions = {},
): Promise<WaitResult<T>> {
  return await waitForAny([object], options);
}

/**
 * Waits until one of `objects` is signaled, and takes only that one: the first
 * in the list if there are several. The list may have any length.
 *
 * Makes the same calls and throws the same errors as {@linkcode waitFor}. Every
 * 63 objects in pending waits need one thread.
 *
 * @example
 * ```ts
 * import { createEvent, openProcess, spawn, waitForAny } from "@winipc/winipc";
 *
 * await using child = spawn("cmd.exe", { args: ["/c", "exit"] });
 * using stop = createEvent("app-stop");
 * using process = openProcess(child.pid);
 * const { object } = await waitForAny([stop, process]);
 * console.log(object === process ? "it has ended" : "stopped");
 * ```
 */
export async function waitForAny<T extends SyncObject>(
  objects: readonly T[],
  options: WaitOptions = {},
): Promise<WaitResult<T>> {
  const sources = checkedSources(objects);
  // The caller may change the list during the wait.
  const listed = [...objects];
  checkWait(options);
  useNative("sync");
  const wait = withTimeoutMessage(
    options,
    () => notSignaled(sources, "none of them was signaled"),
  );
  const result = (index: number, abandoned: boolean) => ({
    object: listed[index]!,
    index,
    abandoned,
  });
  if (!sources.some(({ ofThread }) => ofThread)) {
    return result(await waitAny(sources, wait), false);
  }
  const since = beginWait(options);
  // Before it takes a mutex: others can have that meanwhile.
  await yieldIfDue();
  wait.signal?.throwIfAborted();
  for (const delay of retryDelays()) {
    for (const [index, source] of sources.entries()) {
      const taken = source.take();
      if (taken !== undefined) return result(index, taken.abandoned);
    }
    const came = await waitBetween(sources, delay, remaining(wait, since));
    if (came !== undefined) return result(came, false);
  }
  throw new Error("unreachable");
}

/** The message of a timed out wait for `sources`; for several, with `fact`. */
export function notSignaled(sources: readonly Source[], fact: string): string {
  const names = sources.slice(0, MAX_NAMES).map(({ handle }) => handle.named);
  const more = sources.length - names.length;
  if (more > 0) names.push(`${more} more`);
  const single = sources.length === 1;
  return `Cannot wait for ${names.join(", ")}: ${
    single ? "it was not signaled" : fact
  }`;
}

/** Checks the argument of the wait functions. */
export function checkedSources(objects: unknown): Source[] {
  if (!Array.isArray(objects) || objects.length === 0) {
    throw new TypeError("Invalid objects: give a list of one or more");
  }
  const sources = objects.map(sourceOf);
  if (new Set(sources).size < sources.length) {
    throw new TypeError("Invalid objects: one of them is listed twice");
  }
  return sources;
}

/**
 * Between two polls of the mutexes: waits for the other objects, or only for
 * the time to pass.
 */
async function waitBetween(
  sources: readonly Source[],
  delay: number,
  options: WaitOptions,
): Promise<number | undefined> {
  const { signal, timeout = Infinity } = options;
  if (timeout <= 0) throw timedOut(options);
  const others = sources.filter(({ ofThread }) => !ofThread);
  const handles = sources.map(({ handle }) => handle);
  // The time limit of `waitAny()` would keep the program alive.
  if (others.length === 0 || !handles.some(({ refed }) => refed)) {
    await sleep(delay, handles, options);
    return undefined;
  }
  const slice = Math.min(delay, timeout);
  try {
    const came = await waitAny(others, { signal, timeout: slice }, sources);
    return sources.indexOf(others[came]!);
  } catch (error) {
    // Its reason may be a TimeoutError too, which does not end the slice.
    signal?.throwIfAborted();
    const over = error instanceof DOMException && error.name === "TimeoutError";
    if (!over) throw error;
    // If the time is over, the next poll of the mutexes is the last one.
    return undefined;
  }
}
