import { readClipboard } from "../clipboard.ts";
import type { ClipboardContent, WaitOptions } from "../../mod.ts";
import type { Common } from "./common.ts";
import { textCodec } from "./text_codec.ts";

const UTF_8 = "utf-8";

/** How the bytes of a format are to be shown: text, HTML and files have their own encoding. */
export function asShown(format: string, common: Common): Common {
  return isText(format) ? { ...common, encoding: UTF_8 } : common;
}

/** What the clipboard holds in a format, as bytes to print; `undefined` for nothing. */
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

/** The content to put on the clipboard for `bytes` that were given. */
export function contentFrom(
  bytes: Uint8Array,
  format: string,
): ClipboardContent {
  if (!isText(format)) return { formats: { [format]: bytes } };
  const text = new TextDecoder(UTF_8, { ignoreBOM: true }).decode(bytes);
  switch (format) {
    case "html":
      return { html: text };
    case "files":
      return { files: text.split(/\r?\n/).filter(Boolean) };
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
  return ["text", "html", "files"].includes(format);
}
