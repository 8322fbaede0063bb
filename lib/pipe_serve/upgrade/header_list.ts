/**
 * Headers that are lists.
 *
 * @module
 */

/** The parts of a header that is a list. */
export function headerList(value: string): string[] {
  return value.split(",").map((part) => part.trim());
}
