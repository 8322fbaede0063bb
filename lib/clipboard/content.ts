/**
 * Content in the clipboard's formats.
 *
 * @module
 */

import { checkBytes } from "../io/checks.ts";
import { counted, quote } from "../io/format.ts";
import { nodeModule } from "../win32/node_modules.ts";
import { toUtf16 } from "../win32/utf16.ts";
import { checkFormat, HTML_NAME } from "../window/clipboard_formats.ts";
import { encodeFiles } from "./files.ts";
import { encodeHtml } from "./html.ts";

/** The content of the clipboard, in one or several formats. */
export interface ClipboardContent {
  /** Text (`CF_UNICODETEXT`), unchanged: most programs end lines with `\r\n`. */
  text?: string | undefined;
  /** A fragment of HTML ("HTML Format"). */
  html?: string | undefined;
  /** Full paths of files (`CF_HDROP`). `/` is written as `\`. */
  files?: readonly string[] | undefined;
  /**
   * Bytes by format name: a registered one, or `CF_DIB` and others. Text
   * (`CF_TEXT`, `CF_OEMTEXT`, `CF_UNICODETEXT`) has no final NUL here: writing
   * adds it, and reading stops at the first one.
   */
  formats?: Readonly<Record<string, Uint8Array>> | undefined;
}

/** The bytes of each format of `content`, copied; checks them. */
export function encodeContent(
  content: ClipboardContent,
): [name: string, bytes: Uint8Array][] {
  if (typeof content !== "object" || content === null) {
    throw new TypeError("Invalid content: give text, or { text, html, files }");
  }
  const { text, html, files, formats = {} } = content;
  const forms: [string, Uint8Array][] = [];
  if (text !== undefined) {
    forms.push(["CF_UNICODETEXT", toUtf16(plain("text", text))]);
  }
  if (html !== undefined) {
    forms.push([HTML_NAME, encodeHtml(plain("html", html))]);
  }
  if (files !== undefined) forms.push(["CF_HDROP", encodeFiles(paths(files))]);
  for (const [name, bytes] of Object.entries(formats)) {
    checkFormat(name);
    checkBytes(bytes);
    if (bytes.byteLength === 0 && !UNIT_SIZES.has(name)) {
      throw new TypeError(
        `Invalid data for ${quote(name)}: the clipboard takes one byte or more`,
      );
    }
    forms.push([name, withNul(name, bytes)]);
  }
  if (forms.length > 0) return forms;
  throw new TypeError(
    "Invalid content: it is empty, clearClipboard() is for that",
  );
}

/**
 * Text in a form that is safe to hand to Windows. Less than one UTF-16 unit
 * crashes the program (64-bit Windows before 11), and without a final NUL the
 * last character is overwritten: Wine's user32/tests/clipboard.c,
 * test_string_data.
 */
function withNul(name: string, bytes: Uint8Array): Uint8Array {
  const unit = UNIT_SIZES.get(name);
  if (unit === undefined) return new Uint8Array(bytes);
  if (bytes.byteLength % unit !== 0) {
    throw new TypeError(
      `Invalid data for ${quote(name)} of ${
        counted(bytes.byteLength, "byte")
      }: expected whole characters of ${counted(unit, "byte")}`,
    );
  }
  const last = bytes.subarray(-unit);
  if (last.length > 0 && last.every((byte) => byte === 0)) {
    return new Uint8Array(bytes);
  }
  const longer = new Uint8Array(bytes.byteLength + unit);
  longer.set(bytes);
  return longer;
}

/** Text up to its first NUL; anything may follow. */
export function upToNul(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const unit = UNIT_SIZES.get(name);
  if (unit === undefined) return bytes;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    if (unit === 1 || at % 2 === 0 && bytes[at + 1] === 0) {
      return bytes.slice(0, at);
    }
  }
  return bytes;
}

/** The formats of text, and the size of their NUL. */
const UNIT_SIZES = new Map([
  ["CF_TEXT", 1],
  ["CF_OEMTEXT", 1],
  ["CF_UNICODETEXT", 2],
]);

function plain(what: string, text: unknown): string {
  if (typeof text !== "string") {
    throw new TypeError(`Invalid ${what}: give a string, not ${typeof text}`);
  }
  if (!text.includes("\0")) return text;
  throw new TypeError(
    `Invalid ${what}: it contains a NUL, where every program would cut it off`,
  );
}

function paths(files: unknown): string[] {
  if (!Array.isArray(files) || files.length === 0) {
    throw new TypeError("Invalid files: give an array of paths");
  }
  return files.map((file) => {
    if (plain("file", file) === "") {
      throw new TypeError("Invalid file: it is empty");
    }
    // The Shell uses these paths unchanged, and has no current folder.
    const path = nodeModule("node:path").win32.normalize(file);
    if (WHOLE_PATH.test(path)) return path;
    throw new TypeError(
      `Invalid file ${quote(file)}: give a whole path, such as C:\\a.txt`,
    );
  });
}

/** With a drive, on a server, or as a device name (`\\\\?\\C:\\a`). */
const WHOLE_PATH = /^(?:[a-z]:\\|\\\\[^\\]+\\[^\\]+)/i;
