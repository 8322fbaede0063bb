/**
 * Reading, writing and clearing the clipboard.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { user32 } from "../win32/user32.ts";
import { fromUtf16 } from "../win32/utf16.ts";
import {
  allocateGlobal,
  freeGlobal,
  readGlobal,
} from "../io/memory/global_memory.ts";
import { type ClipboardContent, encodeContent, upToNul } from "./content.ts";
import { decodeFiles } from "./files.ts";
import {
  checkFormat,
  type ClipboardFormat,
  FILES,
  formatId,
  formatName,
  HTML_NAME,
  TEXT,
} from "../window/clipboard_formats.ts";
import { decodeHtml } from "./html.ts";
import {
  type ClipboardOptions,
  currentSequence,
  withClipboard,
} from "./open.ts";
import { useNative } from "../io/permissions/required_libraries.ts";
import { counted, quote } from "../io/format.ts";
import { lastError, Win32Error } from "../win32/error.ts";
import { ERROR } from "../win32/error_codes.ts";

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
  const formats = checkedFormats(options.formats ?? []);
  const action = "Cannot read the clipboard";
  const wanted = () => [
    TEXT,
    FILES,
    ...[HTML_NAME, ...formats].map(formatId),
  ];
  // An owner may render its data only on request, and no function of Windows
  // says whether it does.
  const asksOwner = () => wanted().some(isAvailable);
  const { value } = await withClipboard(action, options, asksOwner, () => {
    const content: ClipboardContent = {};
    const text = bytesOf(TEXT);
    const html = bytesOf(formatId(HTML_NAME));
    const files = bytesOf(FILES);
    if (text !== undefined) content.text = fromUtf16(text);
    if (html !== undefined) content.html = decodeHtml(html);
    if (files !== undefined) content.files = decodeFiles(files);
    const found = formats.flatMap((name) => {
      const bytes = bytesOf(formatId(name));
      return bytes === undefined ? [] : [[name, upToNul(name, bytes)] as const];
    });
    if (formats.length > 0) content.formats = Object.fromEntries(found);
    return content;
  });
  return value;
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
  const forms = encodeContent(
    typeof content === "string" ? { text: content } : content,
  );
  const action = "Cannot write the clipboard";
  const change = await withClipboard(action, options, () => true, () => {
    // Created before the clipboard is emptied, which cannot be undone.
    using memory = new DisposableStack();
    const made = forms.map(([name, bytes]) => {
      const block = { handle: allocate(bytes) };
      memory.defer(() => freeGlobal(block.handle));
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
  return change.sequence;
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
  const action = "Cannot clear the clipboard";
  const change = await withClipboard(action, options, () => true, () => {
    user32().call.EmptyClipboard();
  });
  return change.sequence;
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
  const { value } = await withClipboard(action, options, () => false, () => {
    const formats: ClipboardFormat[] = [];
    const { raw } = user32();
    for (let id = 0; (id = raw.EnumClipboardFormats(id)) !== 0;) {
      formats.push({ id, name: formatName(id) });
    }
    return formats;
  });
  return value;
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

/**
 * Whether the clipboard offers a format; its owner may still fail to render it.
 *
 * Calls `IsClipboardFormatAvailable`, which does not need the clipboard to be
 * open.
 */
export function isOffered(format: string): boolean {
  return isAvailable(formatId(format));
}

/** A copy: the caller may change the array while the clipboard is not free. */
function checkedFormats(formats: readonly string[]): readonly string[] {
  if (!Array.isArray(formats)) {
    throw new TypeError("Invalid formats: give an array of names");
  }
  formats.forEach(checkFormat);
  return [...formats];
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
  const empty = kernel32().raw.GlobalSize(memory) === 0n;
  return empty ? new Uint8Array() : readGlobal(memory);
}

/** Allocates global memory with `bytes`. */
function allocate(bytes: Uint8Array): bigint {
  try {
    return allocateGlobal(bytes);
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error;
    throw new RangeError(
      `Cannot allocate ${counted(bytes.byteLength, "byte")} for the clipboard`,
      { cause: error },
    );
  }
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
