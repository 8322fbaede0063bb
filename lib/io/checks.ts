/**
 * Checks of arguments, made before any native call.
 *
 * @module
 */

import { shown } from "./format.ts";

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
