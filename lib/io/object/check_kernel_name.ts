/**
 * The names of sections, events, mutexes and semaphores, which share one
 * namespace. Pure functions.
 *
 * @module
 */

import { checkString } from "../checks.ts";
import { quote } from "../format.ts";

/** Windows takes a name of at most MAX_PATH characters. */
const MAX_NAME_LENGTH = 260;

/**
 * Checks the name of a kernel object: any text without backslashes, after an
 * optional `Local\` (this session, the default) or `Global\` (all sessions).
 * Case matters.
 *
 * @throws {TypeError} for a name that is not a string, is empty, or contains a
 * NUL or a backslash elsewhere
 * @throws {RangeError} for a name that is too long
 */
export function checkKernelName(kind: string, name: unknown): void {
  checkString(`${kind} name`, name, 1, MAX_NAME_LENGTH);
  const rest = name.replace(/^(?:Local|Global)\\/, "");
  if (rest === "") throw new TypeError(`Invalid ${kind} name: it is empty`);
  if (rest.includes("\\")) {
    throw new TypeError(
      `Invalid ${kind} name ${
        quote(name)
      }: a backslash is only allowed after "Local" or "Global"`,
    );
  }
}

/**
 * A name with a suffix, for objects that belong together; the prefix stays
 * first.
 */
export function relatedName(name: string, suffix: string): string {
  return `${name}.${suffix}`;
}

/** Checks the name of a kernel object; null means no name. */
export function checkOptionalName(kind: string, name: unknown): void {
  if (name !== null) checkKernelName(kind, name);
}
