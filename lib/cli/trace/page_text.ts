/** Formats text for a page. */

/** `text` as HTML, also within quotes. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** `value` as JSON that ends no script. */
export function embedded(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** The last part of a path; objects of Windows keep theirs. */
export function shortName(name: string): string {
  if (name.startsWith("\\\\") || name.startsWith("window ")) return name;
  return /[^\\/]+$/.exec(name)?.[0] ?? name;
}

/** `1,234.500`. */
export function number(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A time in µs, in a unit that fits. */
export function span(micros: number): string {
  if (micros < 1000) return `${number(micros, 1)} µs`;
  if (micros < 1e6) return `${number(micros / 1000, 1)} ms`;
  return `${number(micros / 1e6, 2)} s`;
}
