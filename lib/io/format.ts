/**
 * Formats values for messages. Pure functions.
 *
 * @module
 */

/** The full path of a pipe has at most 256 characters: names are shown in full. */
const MAX_SHOWN = 260;

/**
 * Formats an argument in few characters. For bytes and arrays it shows the
 * number, because the content may be long, or secret.
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `Array(${value.length})`;
  if (ArrayBuffer.isView(value)) {
    const { byteLength } = value;
    return `${value.constructor.name} of ${counted(byteLength, "byte")}`;
  }
  if (typeof value === "function") return `function ${cut(value.name)}`.trim();
  try {
    return cut(String(value));
  } catch {
    // An object without a prototype has no text.
    return typeof value;
  }
}

/** A number with its noun: `1 byte`, `2 bytes`. */
export function counted(number: number | bigint, noun: string): string {
  return `${number} ${noun}${Number(number) === 1 ? "" : "s"}`;
}

/**
 * Puts the start of a sentence, such as `The event "x"`, into the middle of
 * one.
 */
export function inSentence(what: string): string {
  return what.replace(/^The /, "the ");
}

/** Shortens a text to the maximum length in a message. */
export function cut(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  // Do not split a surrogate pair.
  const begin = text.slice(0, MAX_SHOWN).replace(/[\ud800-\udbff]$/, "");
  return `${begin}… (${text.length} characters)`;
}

/**
 * Formats a name for errors, or the value given instead. Backslashes stay
 * single: doubled, they look like another path.
 */
export function quote(name: unknown): string {
  const text = typeof name === "string" ? cut(name) : shown(name);
  return `"${text.replaceAll("\0", "\\0")}"`;
}
