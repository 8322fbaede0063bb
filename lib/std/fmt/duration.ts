/**
 * Replaces `@std/fmt/duration` if JSR cannot be reached.
 *
 * @module
 */

/** Options for {@linkcode format}. */
export interface FormatOptions {
  /** `1m 2s`, `00:00:01:02:…` or `1 minute, 2 seconds`. @default {"narrow"} */
  style?: "narrow" | "digital" | "full";
  /** Leaves out zeros; in digital style those at the end. @default {false} */
  ignoreZero?: boolean;
}

/** Unit, short name, how many of it make the next, digits. */
const UNITS = [
  ["nanosecond", "ns", 1000n, 3],
  ["microsecond", "µs", 1000n, 3],
  ["millisecond", "ms", 1000n, 3],
  ["second", "s", 60n, 2],
  ["minute", "m", 60n, 2],
  ["hour", "h", 24n, 2],
  ["day", "d", undefined, 2],
] as const;

/** Formats a time in ms for people: `99674` is `0d 0h 1m 39s 674ms 0µs 0ns`. */
export function format(
  milliseconds: number,
  options: FormatOptions = {},
): string {
  const { style = "narrow", ignoreZero = false } = options;
  const parts = split(milliseconds);
  const shown = ignoreZero ? parts.filter(({ value }) => value) : parts;
  switch (style) {
    case "narrow":
      return shown.map(({ value, short }) => `${value}${short}`).join(" ");
    case "full":
      return shown.map(({ value, name }) =>
        `${value} ${name}${value === 1 ? "" : "s"}`
      ).join(", ");
    case "digital":
      return (ignoreZero ? trim(parts) : parts).map(({ value, width }) =>
        String(value).padStart(width, "0")
      ).join(":");
    default:
      throw new TypeError(`Unknown style "${style}"`);
  }
}

interface Part {
  value: number;
  name: string;
  short: string;
  width: number;
}

function split(milliseconds: number): Part[] {
  const [ms = "0", fraction = ""] = Math.abs(milliseconds).toFixed(7)
    .split(".");
  let rest = BigInt(ms + fraction.slice(0, 6));
  return UNITS.map(([name, short, size, width]) => {
    const value = Number(size === undefined ? rest : rest % size);
    if (size !== undefined) rest /= size;
    return { value, name, short, width };
  }).reverse();
}

function trim(parts: Part[]): Part[] {
  return parts.slice(0, parts.findLastIndex(({ value }) => value) + 1);
}
