/**
 * Handles that children may inherit, and what came with a process' start.
 *
 * @module
 */

import { Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { failure } from "./failure.ts";

const handles = new WeakMap<object, () => bigint>();
const overlapped = new WeakSet<object>();
const ownHandles = new WeakMap<object, () => bigint>();
const given = new WeakSet<object>();

/** Lets children inherit `object`, by the handle that `raw` tells. */
export function makeInheritable(object: object, raw: () => bigint): void {
  handles.set(object, raw);
}

/** The same for an `object` whose handle is overlapped. */
export function makeOverlappedInheritable(
  object: object,
  raw: () => bigint,
): void {
  makeInheritable(object, raw);
  overlapped.add(object);
}

/** Whether `object` has an overlapped handle, which programs cannot use as a standard stream. */
export function hasOverlappedHandle(object: object): boolean {
  return overlapped.has(object);
}

/** Tells the handle of an `object` that children do not inherit. */
export function tellHandle(object: object, raw: () => bigint): void {
  ownHandles.set(object, raw);
}

/**
 * The handle of `object`, inheritable or not. Throws `BadResource` when it is
 * closed.
 *
 * @throws {TypeError} for something that has none
 */
export function handleOf(object: unknown): bigint {
  const own = typeof object === "object" && object !== null
    ? ownHandles.get(object)
    : undefined;
  return own !== undefined ? own() : inheritableHandle("object", object);
}

/** Whether `object` is one of those that children may inherit. */
export function isInheritable(object: unknown): object is object {
  return typeof object === "object" && object !== null && handles.has(object);
}

/**
 * The handle of `object`. Throws `BadResource` when it is closed.
 *
 * @throws {TypeError} for something that has none
 */
export function inheritableHandle(option: string, object: unknown): bigint {
  if (isInheritable(object)) {
    given.add(object);
    return handles.get(object)!();
  }
  throw new TypeError(
    `Invalid ${option} ${
      object === null ? "null" : typeof object
    }: give a pipe, section, event, mutex or semaphore of winipc`,
  );
}

/** Whether somebody has been told the handle of `object`, such as a child. */
export function wasGiven(object: object): boolean {
  return given.has(object);
}

/** What `GetFileType` says of a pipe. */
const FILE_TYPE_PIPE = 3;

/** Whether the handle `raw` is a pipe's. */
export function isPipe(raw: bigint): boolean {
  return kernel32().raw.GetFileType(raw) === FILE_TYPE_PIPE;
}

/**
 * Takes over the handle `number` that this process began with, which from here
 * on no child inherits by accident.
 *
 * @throws {Deno.errors.NotFound} when this process has no such handle
 */
export function takeOver(number: number | bigint, kind: string): bigint {
  const raw = BigInt(number);
  try {
    kernel32().call.SetHandleInformation(raw, HANDLE_FLAG_INHERIT, 0);
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw failure(`Cannot take over ${kind} ${raw}`, error, {
      [ERROR.ERROR_INVALID_HANDLE]: [
        Deno.errors.NotFound,
        "this process has no such handle: the parent lists it in spawn()",
      ],
    });
  }
  return raw;
}

/** The flag by which Windows lets children inherit a handle. */
export const HANDLE_FLAG_INHERIT = 1;
