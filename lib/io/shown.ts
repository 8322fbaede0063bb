/**
 * Values as messages show them. Pure.
 *
 * @module
 */

/** The whole path of a pipe has 256 characters: names are shown whole. */
const MAX_SHOWN = 260;

/**
 * A value that was given, in few characters. Of bytes and arrays the number is
 * shown, because what they hold may be long, or a secret.
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `Array(${value.length})`;
  if (ArrayBuffer.isView(value)) {
    const { byteLength } = value;
    return `${value.constructor.name} of ${byteLength} bytes`;
  }
  if (typeof value === "function") return `function ${cut(value.name)}`.trim();
  try {
    return cut(String(value));
  } catch {
    // An object without a prototype has no text.
    return typeof value;
  }
}

/** What begins a sentence, such as `The event "x"`, as it stands within one. */
export function inSentence(what: string): string {
  return what.replace(/^The /, "the ");
}

/** A text that is no longer than a message may be. */
export function cut(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  // Not between the halves of a character.
  const begin = text.slice(0, MAX_SHOWN).replace(/[\ud800-\udbff]$/, "");
  return `${begin}… (${text.length} characters)`;
}

/**
 * A name as errors show it, or what was given in its place. Backslashes stay as
 * they are: doubled they read like another path.
 */
export function quote(name: unknown): string {
  const text = typeof name === "string" ? cut(name) : shown(name);
  return `"${text.replaceAll("\0", "\\0")}"`;
}
