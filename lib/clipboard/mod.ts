/**
 * The clipboard: text, HTML, files and any other format, for all programs of
 * the session.
 *
 * @example
 * ```ts
 * import { readClipboard, writeClipboard } from "@winipc/winipc";
 *
 * await writeClipboard("ünï 中文 😀");
 * console.log((await readClipboard()).text);
 * ```
 *
 * @module
 */

export {
  clearClipboard,
  clipboardFormats,
  clipboardSequence,
  readClipboard,
  type ReadClipboardOptions,
  writeClipboard,
} from "./read_write.ts";
export type { ClipboardContent } from "./content.ts";
export type { ClipboardFormat } from "../window/clipboard_formats.ts";
export type { ClipboardOptions } from "./open.ts";
export {
  type ClipboardChange,
  ClipboardWatcher,
  watchClipboard,
} from "./watch.ts";
export { Win32Error } from "../win32/error.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
export { WindowListener } from "../window/listener.ts";
