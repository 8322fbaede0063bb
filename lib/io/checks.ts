/**
 * Checks of arguments, made before any native call.
 *
 * @module
 */

import { quote, shown } from "./format.ts";

/** The longest name of an atom, in characters. */
export const MAX_ATOM = 255;

/** Checks that an argument is bytes, and that they are still there. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) {
    if (bytes.byteLength > 0) return;
    try {
      // It throws if the array has lost its memory.
      bytes.keys();
      return;
    } catch {
      throw new TypeError(
        "Invalid data: its buffer was transferred or resized, or its memory closed",
      );
    }
  }
  throw new TypeError(
    `Invalid data: give a Uint8Array, not ${
      bytes === null ? "null" : typeof bytes
    } (text goes through new TextEncoder().encode(text))`,
  );
}

/** Checks an option that counts bytes. */
export function checkSize(option: string, size: unknown): void {
  checkInteger(option, size, 0, 0xffff_ffff);
}

/** Checks an option with a fixed set of values. */
export function checkChoice(
  option: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (choices.includes(value as string)) return;
  const list = choices.map((choice) => `"${choice}"`).join(", ");
  throw new TypeError(`Invalid ${option} ${shown(value)}: give ${list}`);
}

/**
 * Checks a text without a NUL, of `min` (0 or 1) to `max` characters. Do not
 * use it for secrets: the error shows the text.
 *
 * @throws {TypeError} for another value, an empty text, or one with a NUL
 * @throws {RangeError} for one that is too long
 */
export function checkString(
  option: string,
  text: unknown,
  min = 1,
  max = Infinity,
): asserts text is string {
  if (typeof text !== "string") {
    throw new TypeError(`Invalid ${option} ${shown(text)}: give a string`);
  }
  if (text.length < min) throw new TypeError(`Invalid ${option}: it is empty`);
  if (text.includes("\0")) {
    throw new TypeError(`Invalid ${option} ${quote(text)}: it contains a NUL`);
  }
  if (text.length <= max) return;
  throw new RangeError(
    `Invalid ${option}: with ${text.length} characters it is longer than ${max}`,
  );
}

/** Checks a name that Windows keeps as an atom; throws like {@linkcode checkString}. */
export function checkAtom(
  option: string,
  name: unknown,
): asserts name is string {
  checkString(option, name, 1, MAX_ATOM);
  // Windows reads "#123" as the number of an atom, and "#" as number 0, for
  // which it has no atom (ReactOS: RtlpCheckIntegerAtom).
  if (!/^#\d*$/.test(name)) return;
  throw new TypeError(
    `Invalid ${option} ${quote(name)}: "#" and digits mean a number to Windows`,
  );
}

/** Checks an option with a function. */
export function checkFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`Invalid ${option} ${shown(value)}: give a function`);
}

/** Checks a boolean option. */
export function checkBoolean(option: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new TypeError(
    `Invalid ${option} ${shown(value)}: give true or false`,
  );
}

/** Checks a whole number from `min` to `max`. */
export function checkInteger(
  option: string,
  value: unknown,
  min: number,
  max: number,
): void {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new TypeError(`Invalid ${option} ${shown(value)}: give an integer`);
  }
  if (value < min || value > max) {
    throw new RangeError(`Invalid ${option} ${value}: give ${min} to ${max}`);
  }
}
