/**
 * Waiting for several objects together.
 *
 * Windows takes several objects at once or none of them, in one atomic call.
 * The isolate's own thread makes this call with a timeout of 0. Before it tries
 * again, it waits for one of the missing objects and takes it; if others are
 * still missing, it undoes that. So it holds nothing while it waits, and two
 * such waits cannot deadlock.
 *
 * @module
 */

import {
  MAXIMUM_WAIT_OBJECTS,
  WAIT_ABANDONED_0,
  WAIT_FAILED,
  WAIT_TIMEOUT,
} from "../win32/constants.ts";
import { lastErrorCode, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { toDenoError } from "../io/deno_error.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { yieldIfDue } from "../io/wait/yield.ts";
import {
  checkWait,
  remaining,
  timedOut,
  type WaitOptions,
  withTimeoutMessage,
} from "../io/wait/wait_options.ts";
import { waitAny } from "../io/wait/waiter.ts";
import type { Source, SyncObject } from "./object.ts";
import { retryDelays, sleep } from "./poll.ts";
import { checkedSources, notSignaled, type WaitResult } from "./wait.ts";

/**
 * Waits until all of `objects` are signaled at the same time, and takes them
 * together. The list may have any length. While it waits, it holds none of
 * them. More than 64 are taken in steps of 64. If another program takes a
 * missing one in between, the steps before are undone. An object that is listed
 * by two handles is taken twice, one after the other: a semaphore counts down
 * by two. Such a wait never ends for an auto-reset event or a mutex.
 *
 * Calls `WaitForMultipleObjects`, and throws the same errors as {@linkcode
 * waitFor}. If the list has several mutexes and one was abandoned, Windows does
 * not say which: `abandoned` is then true for all of them.
 *
 * @example
 * ```ts
 * import { createMutex, waitForAll } from "@winipc/winipc";
 *
 * using from = createMutex("account-1");
 * using to = createMutex("account-2");
 * await waitForAll([from, to], { timeout: 5000 });
 * ```
 */
export async function waitForAll<T extends SyncObject>(
  objects: readonly T[],
  options: WaitOptions = {},
): Promise<WaitResult<T>[]> {
  const sources = checkedSources(objects);
  // The caller may change the list during the wait.
  const listed = [...objects];
  checkWait(options);
  useNative("sync");
  const wait = withTimeoutMessage(
    options,
    () => notSignaled(sources, "not all of them were signaled"),
  );
  const since = performance.now();
  // Before it takes anything: others can have that meanwhile.
  await yieldIfDue();
  wait.signal?.throwIfAborted();
  // Taken already, by the wait for it.
  let had: Source | undefined;
  for (const delay of retryDelays()) {
    const taken = takeRest(sources, had);
    if (taken !== undefined) {
      return listed.map((object, index) => ({
        object,
        index,
        abandoned: taken.abandoned && sources[index]!.ofThread,
      }));
    }
    const rest = remaining(wait, since);
    if (rest.timeout !== undefined && rest.timeout <= 0) {
      throw timedOut(rest);
    }
    had = await oneMissing(sources, delay, rest);
  }
  throw new Error("unreachable");
}

/**
 * Waits for a missing object and takes it. For a mutex that is impossible, so
 * only time passes.
 */
async function oneMissing(
  sources: readonly Source[],
  delay: number,
  options: WaitOptions,
): Promise<Source | undefined> {
  for (const source of sources) {
    if (source.ofThread) continue;
    if (source.take() === undefined) {
      await waitAny([source], options, sources);
      return source;
    }
    source.undoAcquire(source.handle.raw);
  }
  await sleep(delay, sources.map(({ handle }) => handle), options);
  return undefined;
}

/** Takes the missing objects in addition to `had`. If that fails, undoes `had`. */
function takeRest(
  sources: readonly Source[],
  had: Source | undefined,
): { abandoned: boolean } | undefined {
  let taken: { abandoned: boolean } | undefined;
  try {
    for (const { handle } of sources) handle.assertOpen();
    return taken = takeAll(sources.filter((source) => source !== had));
  } finally {
    if (taken === undefined && had !== undefined && !had.handle.closed) {
      had.undoAcquire(had.handle.raw);
    }
  }
}

/** Takes all of `sources` or none, without waiting. */
function takeAll(
  sources: readonly Source[],
): { abandoned: boolean } | undefined {
  // Mutexes last: undoing one would hide that it was abandoned.
  const ordered = sources.toSorted((a, b) =>
    Number(a.ofThread) - Number(b.ofThread)
  );
  const parts: Source[][] = [];
  for (let at = 0; at < ordered.length; at += MAXIMUM_WAIT_OBJECTS) {
    parts.push(ordered.slice(at, at + MAXIMUM_WAIT_OBJECTS));
  }
  return takeParts(parts);
}

/** Takes each of `parts` in one call, or nothing. */
function takeParts(
  parts: readonly (readonly Source[])[],
): { abandoned: boolean } | undefined {
  const taken: Source[] = [];
  const undoAcquire = () => {
    for (const source of taken.toReversed()) {
      source.undoAcquire(source.handle.raw);
    }
  };
  let abandoned = false;
  for (const part of parts) {
    if (!part.every((source) => source.mayTake())) {
      undoAcquire();
      return undefined;
    }
    const result = kernel32().raw.WaitForMultipleObjects(
      part.length,
      new BigUint64Array(part.map(({ handle }) => handle.raw)),
      1,
      0,
    );
    const code = result === WAIT_FAILED ? lastErrorCode() : undefined;
    if (code !== undefined || result === WAIT_TIMEOUT) {
      undoAcquire();
      if (code === undefined) return undefined;
      // Whether two handles are of one object. Microsoft:
      // WaitForMultipleObjects, lpHandles: no duplicate handles; when it waits
      // for all, Windows compares the objects.
      if (code === ERROR.ERROR_INVALID_PARAMETER && part.length > 1) {
        return takeParts(parts.flat().map((source) => [source]));
      }
      throw toDenoError(
        "Cannot wait for all objects",
        new Win32Error("WaitForMultipleObjects", code),
      );
    }
    abandoned ||= result >= WAIT_ABANDONED_0;
    for (const source of part) {
      source.took();
      taken.push(source);
    }
  }
  return { abandoned };
}
