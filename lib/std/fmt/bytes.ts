/**
 * Replaces `@std/fmt/bytes` if JSR cannot be reached.
 *
 * @module
 */

/** Options for {@linkcode format}. */
export interface FormatOptions {
  /** Powers of 1024 (`kiB`) instead of 1000. @default {false} */
  binary?: boolean;
  /** A plus sign for positive numbers. @default {false} */
  signed?: boolean;
  /**
   * The minimum number of fraction digits. Either limit replaces three
   * significant digits.
   */
  minimumFractionDigits?: number;
  /**
   * The maximum number of fraction digits. Either limit replaces three
   * significant digits.
   */
  maximumFractionDigits?: number;
}

const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY = ["B", "kiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/** Formats a number of bytes for people: `1337` is `1.34 kB`. */
export function format(bytes: number, options: FormatOptions = {}): string {
  if (!Number.isFinite(bytes)) {
    throw new TypeError(`Expected a finite number, got ${bytes}`);
  }
  const { binary = false, signed = false } = options;
  const sign = bytes < 0 ? "-" : signed && bytes > 0 ? "+" : "";
  if (signed && bytes === 0) return " 0 B";
  const units = binary ? BINARY : DECIMAL;
  const base = binary ? 1024 : 1000;
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${sign}${digits(value, options)} ${units[unit]}`;
}

function digits(value: number, options: FormatOptions): string {
  const { minimumFractionDigits, maximumFractionDigits } = options;
  if (
    minimumFractionDigits === undefined && maximumFractionDigits === undefined
  ) {
    if (value < 1) return String(value);
    return String(Number(value.toPrecision(3)));
  }
  return value.toLocaleString("en", {
    useGrouping: false,
    ...(minimumFractionDigits !== undefined && { minimumFractionDigits }),
    ...(maximumFractionDigits !== undefined && { maximumFractionDigits }),
  });
}
