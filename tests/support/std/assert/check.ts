/**
 * What the assertions stand on.
 *
 * @module
 */
import { inspect } from "node:util";

/** A class, abstract or not. */
// deno-lint-ignore no-explicit-any
export type Class<T = any> = abstract new (...args: any[]) => T;

/** An assertion that does not hold. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws an {@linkcode AssertionError} unless `holds`. */
export function check(
  holds: boolean,
  message: string | undefined,
  describe: () => string,
): asserts holds {
  if (holds) return;
  throw new AssertionError(`${describe()}${message ? `: ${message}` : "."}`);
}

/** A value as text. */
export function show(value: unknown): string {
  return inspect(value, { depth: 5 });
}
