import { win32 } from "node:path";
import { readClipboard } from "../../../clipboard/mod.ts";
import { isOffered } from "../../../clipboard/read_write.ts";
import type { ClipboardContent, WaitOptions } from "../../../../mod.ts";
import { checkFormat } from "../../../window/clipboard_formats.ts";
import { textOfLine } from "../../text/bytes.ts";
import type { GlobalOptions } from "../../arguments/global_options.ts";
import { textCodec } from "../../text/text_codec.ts";

const UTF_8 = "utf-8";

/**
 * The format of bytes as input and output: some clipboard formats have their
 * own encoding.
 */
export function asShown(format: string, common: GlobalOptions): GlobalOptions {
  if (isText(format)) return { ...common, encoding: UTF_8 };
  return format === "CF_UNICODETEXT"
    ? { ...common, encoding: "utf-16le" }
    : common;
}

/** Checks the name of a format before the command waits, like a read. */
export function checkName(format: string): void {
  if (!isText(format)) checkFormat(format);
}

/** The clipboard's bytes in a format, to print; `undefined` for nothing. */
export async function contentOf(
  format: string,
  wait: WaitOptions,
): Promise<Uint8Array | undefined> {
  const formats = isText(format) ? [] : [format];
  const content = await readClipboard({ ...wait, formats });
  const text = textOf(content, format);
  if (text !== undefined) return textCodec(UTF_8).encode(text);
  return content.formats?.[format];
}

/**
 * A message that a format exists by name only; `undefined` if it does not
 * exist.
 */
export function unrendered(format: string): string | undefined {
  const name = NAMES[format] ?? format;
  return isOffered(name)
    ? `Cannot read the clipboard as "${name}": its owner offers this format but does not deliver it`
    : undefined;
}

/** The formats for the words. */
const NAMES: Readonly<Record<string, string>> = {
  text: "CF_UNICODETEXT",
  html: "HTML Format",
  files: "CF_HDROP",
};

/**
 * Converts `bytes` to content for the clipboard.
 *
 * @throws {TypeError} for text that is not UTF-8
 */
export function contentFrom(
  bytes: Uint8Array,
  format: string,
): ClipboardContent {
  if (!isText(format)) return { formats: { [format]: bytes } };
  const text = textOfLine(bytes);
  switch (format) {
    case "html":
      return { html: text };
    case "files":
      // Relative to the current folder.
      return {
        files: text.split(/\r?\n/).filter(Boolean).map((file) =>
          win32.resolve(file)
        ),
      };
    default:
      return { text };
  }
}

function textOf(
  { text, html, files }: ClipboardContent,
  format: string,
): string | undefined {
  switch (format) {
    case "text":
      return text;
    case "html":
      return html;
    case "files":
      return files?.join("\n");
  }
}

function isText(format: string): boolean {
  return Object.hasOwn(NAMES, format);
}
