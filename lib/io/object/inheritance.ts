/**
 * Handles that children may inherit, and handles inherited by this process.
 *
 * @module
 */

import { Win32Error } from "../../win32/error.ts";
import { ERROR } from "../../win32/error_codes.ts";
import { kernel32 } from "../../win32/kernel32.ts";
import { toDenoError } from "../deno_error.ts";

const handles = new WeakMap<object, () => bigint>();
const overlapped = new WeakSet<object>();
const ownHandles = new WeakMap<object, () => bigint>();
const given = new WeakSet<object>();

/** Lets children inherit `object`, with the handle that `raw` returns. */
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

/**
 * Whether `object` has an overlapped handle, which programs cannot use as a
 * standard stream.
 */
export function hasOverlappedHandle(object: object): boolean {
  return overlapped.has(object);
}

/** Registers the handle of an `object` that children do not inherit. */
export function registerHandle(object: object, raw: () => bigint): void {
  ownHandles.set(object, raw);
}

/**
 * The handle of `object`, inheritable or not. Throws `BadResource` when it is
 * closed.
 *
 * @throws {TypeError} for a value without a handle
 */
export function handleOf(object: unknown): bigint {
  const own = typeof object === "object" && object !== null
    ? ownHandles.get(object)
    : undefined;
  return own !== undefined ? own() : inheritableHandle("object", object);
}

/** Whether children may inherit `object`. */
export function isInheritable(object: unknown): object is object {
  return typeof object === "object" && object !== null && handles.has(object);
}

/**
 * The handle of `object`. Throws `BadResource` when it is closed.
 *
 * @throws {TypeError} for a value without a handle
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

/** Whether the handle of `object` has been passed on, for example to a child. */
export function wasPassedOn(object: object): boolean {
  return given.has(object);
}

/** The result of `GetFileType` for a pipe. */
const FILE_TYPE_PIPE = 3;

/** Whether the handle `raw` is a pipe's. */
export function isPipe(raw: bigint): boolean {
  return kernel32().raw.GetFileType(raw) === FILE_TYPE_PIPE;
}

/**
 * Takes ownership of the inherited handle `number`, and makes it not
 * inheritable for children.
 *
 * @throws {Deno.errors.NotFound} when this process has no such handle
 */
export function adoptHandle(number: number | bigint, kind: string): bigint {
  const raw = BigInt(number);
  try {
    kernel32().call.SetHandleInformation(raw, HANDLE_FLAG_INHERIT, 0);
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw toDenoError(`Cannot take over ${kind} ${raw}`, error, {
      [ERROR.ERROR_INVALID_HANDLE]: [
        Deno.errors.NotFound,
        "this process has no such handle: the parent lists it in spawn()",
      ],
    });
  }
  return raw;
}

/** The flag that makes a handle inheritable. */
export const HANDLE_FLAG_INHERIT = 1;
