/**
 * Reading, writing and clearing the clipboard.
 *
 * @module
 */

import { checkBytes } from "../io/checks.ts";
import { nodePath } from "../win32/node_modules.ts";
import { kernel32 } from "../win32/kernel32.ts";
import { copyIn, copyOut } from "../win32/memory.ts";
import { user32 } from "../win32/user32.ts";
import { fromWide, toWide } from "../win32/wide.ts";
import { decodeFiles, encodeFiles } from "./files.ts";
import {
  checkFormat,
  type ClipboardFormat,
  FILES,
  formatId,
  formatName,
  HTML_NAME,
  TEXT,
} from "../window/formats.ts";
import { decodeHtml, encodeHtml } from "./html.ts";
import {
  changeClipboard,
  type ClipboardOptions,
  currentSequence,
  withClipboard,
} from "./open.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { counted, quote } from "../io/format.ts";
import { lastError, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";

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

/** The options of {@linkcode readClipboard}. */
export interface ReadClipboardOptions extends ClipboardOptions {
  /**
   * The names of the formats to read besides text, HTML and files.
   *
   * @default {[]}
   */
  formats?: readonly string[] | undefined;
}

/**
 * Reads text, HTML, files and the named `formats`, if the clipboard has them.
 * Text ends at its first NUL. Data that the clipboard's owner has promised but
 * does not deliver is left out.
 *
 * Calls `OpenClipboard` and `GetClipboardData`. If the owner renders its data
 * only on request, this call waits for it. Each window station has its own
 * clipboard: a service, or a session of SSH or WinRM, does not see the one of
 * the user's desktop. Needs kernel32.dll and user32.dll; a scoped `--allow-ffi`
 * is enough.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws {TypeError} for a bad option
 * @throws a `TimeoutError` DOMException that names the program with the
 * clipboard open, or the signal's reason
 *
 * @example
 * ```ts
 * import { readClipboard, writeClipboard } from "@winipc/winipc";
 *
 * await writeClipboard("ünï 中文 😀");
 * const { text, files } = await readClipboard();
 * console.log(text ?? files ?? "something else");
 * ```
 */
export async function readClipboard(
  options: ReadClipboardOptions = {},
): Promise<ClipboardContent> {
  const { formats = [] } = options;
  formats.forEach(checkFormat);
  const action = "Cannot read the clipboard";
  const wanted = () => [
    TEXT,
    FILES,
    ...[HTML_NAME, ...formats].map(formatId),
  ];
  // An owner may render its data only on request, and no function of Windows
  // says whether it does.
  const asksOwner = () => wanted().some(isAvailable);
  return await withClipboard(action, options, asksOwner, () => {
    const content: ClipboardContent = {};
    const text = bytesOf(TEXT);
    const html = bytesOf(formatId(HTML_NAME));
    const files = bytesOf(FILES);
    if (text !== undefined) content.text = fromWide(text);
    if (html !== undefined) content.html = decodeHtml(html);
    if (files !== undefined) content.files = decodeFiles(files);
    const found = formats.flatMap((name) => {
      const bytes = bytesOf(formatId(name));
      return bytes === undefined ? [] : [[name, unended(name, bytes)] as const];
    });
    if (formats.length > 0) content.formats = Object.fromEntries(found);
    return content;
  });
}

/**
 * Replaces the clipboard's content with `content`, in all its formats at once;
 * a string is text. Resolves to the number of this change, by which you
 * recognize it in {@linkcode watchClipboard}. The content stays when the
 * program ends.
 *
 * Calls `OpenClipboard` for a hidden window, `EmptyClipboard` and
 * `SetClipboardData`. Needs kernel32.dll and user32.dll; a scoped `--allow-ffi`
 * is enough.
 *
 * @throws {TypeError} for text with a NUL, where every program would cut it
 * off, and for other content that the clipboard cannot hold
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 * @throws a `TimeoutError` DOMException that names the program with the
 * clipboard open, or the signal's reason
 *
 * @example
 * ```ts
 * import { writeClipboard } from "@winipc/winipc";
 *
 * await writeClipboard({ text: "hello", html: "<b>hello</b>" });
 * ```
 */
export async function writeClipboard(
  content: string | ClipboardContent,
  options: ClipboardOptions = {},
): Promise<number> {
  const forms = formsOf(
    typeof content === "string" ? { text: content } : content,
  );
  return await changeClipboard("Cannot write the clipboard", options, () => {
    // Created before the clipboard is emptied, which cannot be undone.
    using memory = new DisposableStack();
    const made = forms.map(([name, bytes]) => {
      const block = memory.adopt({ handle: globalCopy(bytes) }, release);
      return { name, size: bytes.byteLength, format: formatId(name), block };
    });
    const { raw, call } = user32();
    call.EmptyClipboard();
    for (const { name, size, format, block } of made) {
      const set = raw.SetClipboardData(format, block.handle);
      if (set === 0n) throw refused(name, size);
      // Windows owns the memory from here on.
      block.handle = 0n;
    }
  });
}

/**
 * Empties the clipboard. Resolves to the number of this change.
 *
 * Calls `EmptyClipboard`. Needs kernel32.dll and user32.dll.
 *
 * @throws the same errors as {@linkcode writeClipboard}
 *
 * @example
 * ```ts
 * import { clearClipboard } from "@winipc/winipc";
 *
 * await clearClipboard();
 * ```
 */
export async function clearClipboard(
  options: ClipboardOptions = {},
): Promise<number> {
  return await changeClipboard("Cannot clear the clipboard", options, () => {
    user32().call.EmptyClipboard();
  });
}

/**
 * Returns the formats that the clipboard offers, including those that Windows
 * converts from others, in the order of its owner's preference.
 *
 * Calls `EnumClipboardFormats`. Needs kernel32.dll and user32.dll.
 *
 * @throws the same errors as {@linkcode readClipboard}
 *
 * @example
 * ```ts
 * import { clipboardFormats } from "@winipc/winipc";
 *
 * console.table(await clipboardFormats());
 * ```
 */
export async function clipboardFormats(
  options: ClipboardOptions = {},
): Promise<ClipboardFormat[]> {
  const action = "Cannot list the formats";
  return await withClipboard(action, options, () => false, () => {
    const formats: ClipboardFormat[] = [];
    const { raw } = user32();
    for (let id = 0; (id = raw.EnumClipboardFormats(id)) !== 0;) {
      formats.push({ id, name: formatName(id) });
    }
    return formats;
  });
}

/**
 * Returns the number of the clipboard's latest change. Each change has a new
 * number.
 *
 * Calls `GetClipboardSequenceNumber`. Needs kernel32.dll and user32.dll.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-ffi` for the libraries
 *
 * @example
 * ```ts
 * import { clipboardSequence } from "@winipc/winipc";
 *
 * console.log(clipboardSequence());
 * ```
 */
export function clipboardSequence(): number {
  useNative("clipboard");
  return currentSequence();
}

function formsOf(
  content: ClipboardContent,
): [name: string, bytes: Uint8Array][] {
  if (typeof content !== "object" || content === null) {
    throw new TypeError("Invalid content: give text, or { text, html, files }");
  }
  const { text, html, files, formats = {} } = content;
  const forms: [string, Uint8Array][] = [];
  if (text !== undefined) {
    forms.push(["CF_UNICODETEXT", toWide(plain("text", text))]);
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
    forms.push([name, ended(name, bytes)]);
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
function ended(name: string, bytes: Uint8Array): Uint8Array {
  const unit = UNIT_SIZES.get(name);
  if (unit === undefined) return bytes;
  if (bytes.byteLength % unit !== 0) {
    throw new TypeError(
      `Invalid data for ${quote(name)} of ${
        counted(bytes.byteLength, "byte")
      }: expected whole characters of ${counted(unit, "byte")}`,
    );
  }
  const last = bytes.subarray(-unit);
  if (last.length > 0 && last.every((byte) => byte === 0)) return bytes;
  const longer = new Uint8Array(bytes.byteLength + unit);
  longer.set(bytes);
  return longer;
}

/** Text up to its first NUL; anything may follow. */
function unended(
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
    const path = nodePath().win32.normalize(file);
    if (WHOLE_PATH.test(path)) return path;
    throw new TypeError(
      `Invalid file ${quote(file)}: give a whole path, such as C:\\a.txt`,
    );
  });
}

/** With a drive, on a server, or as a device name (`\\\\?\\C:\\a`). */
const WHOLE_PATH = /^(?:[a-z]:\\|\\\\[^\\]+\\[^\\]+)/i;

/**
 * Whether the clipboard offers a format; its owner may still fail to render it.
 *
 * Calls `IsClipboardFormatAvailable`, which does not need the clipboard to be
 * open.
 */
export function isOffered(format: string): boolean {
  return isAvailable(formatId(format));
}

function isAvailable(format: number): boolean {
  return user32().raw.IsClipboardFormatAvailable(format) !== 0;
}

/**
 * The bytes of a format; undefined if the clipboard does not have it. A format
 * that is available may still have no data, because its owner does not render
 * it, or Windows cannot convert it from another. The last error is meaningless
 * then: Wine's user32/tests/clipboard.c, test_synthesized and
 * test_string_data_process.
 */
function bytesOf(format: number): Uint8Array<ArrayBuffer> | undefined {
  if (!isAvailable(format)) return undefined;
  const memory = user32().raw.GetClipboardData(format);
  if (memory === 0n) return undefined;
  const { raw, call } = kernel32();
  const bytes = new Uint8Array(Number(raw.GlobalSize(memory)));
  if (bytes.byteLength === 0) return bytes;
  const address = call.GlobalLock(memory);
  copyOut(address, bytes);
  raw.GlobalUnlock(memory);
  return bytes;
}

const GMEM_MOVEABLE = 2;

/** Allocates global memory with `bytes`. */
export function globalCopy(bytes: Uint8Array): bigint {
  const { raw, call } = kernel32();
  try {
    const memory = call.GlobalAlloc(GMEM_MOVEABLE, bytes.byteLength);
    copyIn(call.GlobalLock(memory), bytes);
    raw.GlobalUnlock(memory);
    return memory;
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw new RangeError(
      `Cannot allocate ${counted(bytes.byteLength, "byte")} for the clipboard`,
      { cause: error },
    );
  }
}

/** Frees it, unless Windows owns it. */
export function release({ handle }: { handle: bigint }): void {
  if (handle !== 0n) kernel32().raw.GlobalFree(handle);
}

/**
 * The reason why Windows did not take the data. It refuses some data without an
 * error, such as half a character.
 */
function refused(name: string, size: number): Error {
  const cause = lastError("SetClipboardData");
  if (cause.code !== ERROR.ERROR_SUCCESS) return cause;
  return new TypeError(
    `Invalid data for ${quote(name)}: Windows refuses it (${
      counted(size, "byte")
    })`,
  );
}
