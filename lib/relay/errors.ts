/**
 * Errors with the name of their end.
 *
 * @module
 */

import { isPeerGone } from "../peer_gone.ts";

type ErrorClass = new (message: string, options: ErrorOptions) => Error;

/** Errors that already have the name of an end. */
const named = new WeakMap<Error, string>();

/** Data that cannot be sent to any partner. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError ||
    error instanceof Deno.errors.InvalidData;
}

/** Whether the reader of this program's stdout is gone. */
export function isOutputClosed(error: unknown): boolean {
  return isPeerGone(error) && named.get(error as Error) === "stdio";
}

/** `error` in its own class, with the end's name before its message. */
export function atEnd(end: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DOMException) return error;
  if (named.has(error)) return error;
  const message = `${end}: ${error.message}`;
  const again = new (classOf(error))(message, { cause: error });
  named.set(again, end);
  return again;
}

/** Runs `action`; its errors name the end. */
export async function namingEnd<T>(
  end: string,
  action: () => T | Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw atEnd(end, error);
  }
}

/**
 * Classes that can be created from a message; those of other libraries may not
 * be.
 */
function classOf(error: Error): ErrorClass {
  const own = error.constructor as ErrorClass;
  const known = [TypeError, RangeError, ...Object.values(Deno.errors)];
  return (known as unknown[]).includes(own) ? own : Error;
}
