/**
 * The data of DDE: text, or bytes in a clipboard format.
 *
 * @module
 */

import { checkBytes } from "../io/checks.ts";
import { quote } from "../io/format.ts";
import { checkFormat, isTextFormat } from "../window/clipboard_formats.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";
import { ANSI, fromCodePage, OEM, toCodePage } from "./code_page.ts";

/** Received data, in one format. */
export interface DdeData {
  /** The format's name: `CF_UNICODETEXT`, `CF_TEXT`, `XlTable`, … */
  readonly format: string;
  /**
   * All bytes, including the NUL at the end of text. Some programs add a few
   * more.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The text up to its first NUL; undefined if the format is not text. */
  readonly text: string | undefined;
}

/**
 * Data to offer: text, in all formats of text, or the bytes of each format by
 * its name. Formats of text may also have a string.
 */
export type DdeValue =
  | string
  | Readonly<Record<string, string | Uint8Array>>;

/** The formats for offering and requesting text, the best one first. */
export const TEXT_FORMATS: readonly string[] = ["CF_UNICODETEXT", "CF_TEXT"];

/** Encodes text in a format of text, with its NUL. */
export function encodeText(
  text: string,
  format: string,
): Uint8Array<ArrayBuffer> {
  if (format === "CF_UNICODETEXT") return toUtf16(text);
  return toCodePage(text, format === "CF_TEXT" ? ANSI : OEM);
}

/** Received bytes of a format, with the text in them. */
export function asData(
  format: string,
  bytes: Uint8Array<ArrayBuffer>,
): DdeData {
  return { format, bytes, text: textOf(format, bytes) };
}

/** The bytes of `value` in a format; undefined if it is not offered in that. */
export function encodeValue(
  value: DdeValue,
  format: string,
): Uint8Array | undefined {
  if (typeof value === "string") {
    return isTextFormat(format) ? encodeText(value, format) : undefined;
  }
  const own = Object.hasOwn(value, format) ? value[format] : undefined;
  return typeof own === "string" ? encodeText(own, format) : own;
}

/** A copy of a value, so that a change of the original has no effect. */
export function copyValue(value: DdeValue): DdeValue {
  if (typeof value === "string") return value;
  return Object.fromEntries(
    Object.entries(value).map(([format, content]) => [
      format,
      typeof content === "string" ? content : new Uint8Array(content),
    ]),
  );
}

/** The formats of a value. */
export function formatsOf(value: DdeValue): readonly string[] {
  return typeof value === "string" ? TEXT_FORMATS : Object.keys(value);
}

/**
 * Checks a value.
 *
 * @throws {TypeError} for a value that is neither text nor bytes by format
 */
export function checkValue(value: unknown): asserts value is DdeValue {
  if (typeof value === "string") return checkText(value);
  if (
    typeof value !== "object" || value === null || value instanceof Uint8Array
  ) {
    throw new TypeError(
      'Invalid value: give text, or bytes by format, such as { "XlTable": bytes }',
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) {
    throw new TypeError("Invalid value: it has no format");
  }
  for (const [format, content] of entries) {
    checkFormat(format);
    if (typeof content === "string") {
      checkText(content);
      if (isTextFormat(format)) continue;
      throw new TypeError(
        `Invalid value: ${quote(format)} is not a text format; give bytes`,
      );
    }
    if (content instanceof Uint8Array) continue;
    throw new TypeError(
      `Invalid value for ${quote(format)}: give a Uint8Array`,
    );
  }
}

/**
 * Checks a value for a server: text, or bytes of a format.
 *
 * @throws {TypeError} for text in another format, and bytes without a format
 */
export function checkPoked(
  value: string | Uint8Array,
  format: string | undefined,
): void {
  if (typeof value !== "string") {
    checkBytes(value);
    if (format !== undefined) return;
    throw new TypeError("Missing format: say what the bytes are");
  }
  checkText(value);
  if (format === undefined || isTextFormat(format)) return;
  throw new TypeError(
    `Invalid value: ${quote(format)} is not a text format; give bytes`,
  );
}

/** Checks text: every program cuts it off at its first NUL. */
function checkText(text: string): void {
  if (!text.includes("\0")) return;
  throw new TypeError(
    "Invalid text: it contains a NUL, where every program would cut it off",
  );
}

function textOf(format: string, bytes: Uint8Array): string | undefined {
  switch (format) {
    case "CF_UNICODETEXT":
      return fromUtf16(bytes);
    case "CF_TEXT":
      return fromCodePage(bytes, ANSI);
    case "CF_OEMTEXT":
      return fromCodePage(bytes, OEM);
  }
  return undefined;
}
