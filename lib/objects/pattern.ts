/**
 * Patterns for the names of objects. Pure.
 *
 * @module
 */

/**
 * Returns whether a name matches `pattern`, in any case. `*` means any text and
 * `?` one character; a pattern without both matches names that contain it.
 */
export function matcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split("*").map(sourceOf);
  const last = parts.pop()!;
  // Each part matches at its first occurrence, without backtracking: other
  // programs choose the names, and many `.*` could take forever.
  const source = parts
    .map((part, i) => i === 0 ? part : `(?=(.*?${part}))\\${i}`)
    .join("");
  const any = parts.length > 0 ? ".*" : "";
  const whole = /[*?]/.test(pattern) ? `^${source}${any}${last}$` : last;
  const expression = new RegExp(whole, "isu");
  return (name) => expression.test(name);
}

function sourceOf(text: string): string {
  return text.replace(
    /[^\w\s]/gu,
    (character) => character === "?" ? "." : `\\u{${codeOf(character)}}`,
  );
}

function codeOf(character: string): string {
  return character.codePointAt(0)!.toString(16);
}
