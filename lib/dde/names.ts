/**
 * The names of services, topics and items.
 *
 * @module
 */

import { quote } from "../io/format.ts";

/** Names are atoms, with at most 255 characters. */
const MAX_LENGTH = 255;

/**
 * Checks the name of a service, a topic or an item.
 *
 * @throws {TypeError} for a name that is not a string, is empty, or contains a
 * NUL
 * @throws {RangeError} for a name that is too long
 */
export function checkDdeName(what: string, name: unknown): void {
  if (typeof name !== "string") {
    throw new TypeError(`Invalid ${what}: give a string, not ${typeof name}`);
  }
  if (name === "") throw new TypeError(`Invalid ${what}: it is empty`);
  if (name.includes("\0")) {
    throw new TypeError(`Invalid ${what} ${quote(name)}: it contains a NUL`);
  }
  // Windows reads "#123" as the number of an atom, and "#" as number 0, for
  // which it has no atom (ReactOS: RtlpCheckIntegerAtom).
  if (/^#\d*$/.test(name)) {
    throw new TypeError(
      `Invalid ${what} ${quote(name)}: "#" and digits mean a number to Windows`,
    );
  }
  if (name.length <= MAX_LENGTH) return;
  throw new RangeError(
    `Invalid ${what}: it has more than ${MAX_LENGTH} characters`,
  );
}

/** A name in a form for comparing: case does not matter. */
export function keyOf(name: string): string {
  return name.toLowerCase();
}
