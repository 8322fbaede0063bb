/**
 * The names of services, topics and items.
 *
 * @module
 */

import { checkAtom } from "../io/checks.ts";

/**
 * Checks the name of a service, a topic or an item.
 *
 * @throws {TypeError} for a name that is not a string, is empty, or contains a
 * NUL
 * @throws {RangeError} for a name that is too long
 */
export function checkDdeName(what: string, name: unknown): void {
  checkAtom(what, name);
}

/** A name in a form for comparing: case does not matter. */
export function keyOf(name: string): string {
  return name.toLowerCase();
}
