/**
 * The formats of the clipboard and of DDE: numbers, and their names.
 *
 * @module
 */

import { checkAtom, MAX_ATOM } from "../io/checks.ts";
import { quote } from "../io/format.ts";
import { user32 } from "../win32/user32.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";

/** A format that the clipboard offers. */
export interface ClipboardFormat {
  /** Windows' number for it. */
  readonly id: number;
  /** Its registered name, or Windows' own, such as `CF_UNICODETEXT`. */
  readonly name: string;
}

/** `CF_UNICODETEXT`. */
export const TEXT = 13;
/** `CF_HDROP`. */
export const FILES = 15;
/** The registered name of HTML. */
export const HTML_NAME = "HTML Format";

const STANDARD = new Map([
  [1, "CF_TEXT"],
  [2, "CF_BITMAP"],
  [3, "CF_METAFILEPICT"],
  [4, "CF_SYLK"],
  [5, "CF_DIF"],
  [6, "CF_TIFF"],
  [7, "CF_OEMTEXT"],
  [8, "CF_DIB"],
  [9, "CF_PALETTE"],
  [10, "CF_PENDATA"],
  [11, "CF_RIFF"],
  [12, "CF_WAVE"],
  [TEXT, "CF_UNICODETEXT"],
  [14, "CF_ENHMETAFILE"],
  [FILES, "CF_HDROP"],
  [16, "CF_LOCALE"],
  [17, "CF_DIBV5"],
]);

const TEXTS = ["CF_TEXT", "CF_OEMTEXT", "CF_UNICODETEXT"];

/** These are handles of pictures and similar objects, not bytes. */
const NO_BYTES = [
  "CF_BITMAP",
  "CF_METAFILEPICT",
  "CF_PALETTE",
  "CF_ENHMETAFILE",
];

/** The number of a format; a new format is registered. */
export function formatId(name: string): number {
  for (const [id, standard] of STANDARD) if (standard === name) return id;
  return user32().call.RegisterClipboardFormatW(toUtf16(name));
}

/** The name of a format. */
export function formatName(id: number): string {
  const name = new Uint8Array(2 * (MAX_ATOM + 1));
  const length = user32().raw.GetClipboardFormatNameW(id, name, MAX_ATOM + 1);
  if (length > 0) return fromUtf16(name.subarray(0, 2 * length));
  return STANDARD.get(id) ?? `${id}`;
}

/** Whether a format is text, which ends with a NUL. */
export function isTextFormat(name: string): boolean {
  return TEXTS.includes(name);
}

/** Checks the name of a format of bytes. */
export function checkFormat(name: unknown): void {
  // RegisterClipboardFormatW takes "#13" as the number 13, which is text.
  checkAtom("format", name);
  if (!NO_BYTES.includes(name)) return;
  throw new TypeError(
    `Invalid format ${quote(name)}: it is not bytes; use CF_DIB for pictures`,
  );
}
