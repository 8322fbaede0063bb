/** How many columns of a terminal a text needs, and cutting it to fit. */

/** Characters of two columns: East Asian scripts, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Characters of no column: combining marks. */
const NONE = /[\p{Mn}\p{Me}\u200b-\u200d\ufe0f]/u;

/** The columns of `text`, which must not contain control characters. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** `text` in exactly `width` columns: cut with "…" or filled with blanks. */
export function fitted(text: string, width: number): string {
  if (displayWidth(text) <= width) {
    return text + " ".repeat(width - displayWidth(text));
  }
  let cut = "";
  let used = 0;
  for (const character of text) {
    if (used + widthOf(character) > width - 1) break;
    cut += character;
    used += widthOf(character);
  }
  return `${cut}…${" ".repeat(Math.max(0, width - 1 - used))}`;
}

function widthOf(character: string): number {
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
