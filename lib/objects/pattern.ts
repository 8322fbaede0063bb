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
  const source = pattern.replace(/[^\w\s]/gu, (character) => {
    if (character === "*") return ".*";
    return character === "?" ? "." : `\\u{${codeOf(character)}}`;
  });
  const whole = /[*?]/.test(pattern) ? `^${source}$` : source;
  const expression = new RegExp(whole, "isu");
  return (name) => expression.test(name);
}

function codeOf(character: string): string {
  return character.codePointAt(0)!.toString(16);
}
