/**
 * DDE's data as input and output of the command line.
 *
 * @module
 */
import type { DdeData, DdeFormatOptions, DdeValue } from "../../../dde/mod.ts";
import { checkDdeName } from "../../../dde/names.ts";
import {
  checkFormat,
  isTextFormat,
} from "../../../window/clipboard_formats.ts";
import { untilNul } from "../../text/bytes.ts";
import type { GlobalOptions } from "../../arguments/global_options.ts";
import { DDE_ENCODING } from "./spec.ts";
import { textCodec } from "../../text/text_codec.ts";

const ANSI_FORMAT = "CF_TEXT";

/** Checks both before the command connects, with the errors of a transaction. */
export function checkItem(item: string, format: string | undefined): void {
  checkDdeName("item", item);
  if (format !== undefined) checkFormat(format);
}

/** The format to request: with another encoding, the one of `CF_TEXT`. */
export function formatOf(
  format: string | undefined,
  { encoding }: GlobalOptions,
): DdeFormatOptions["format"] {
  return format ?? (encoding === DDE_ENCODING ? undefined : ANSI_FORMAT);
}

/** The bytes of data to print: text in the encoding, without its NUL. */
export function shownBytes(data: DdeData, common: GlobalOptions): Uint8Array {
  const { format, encoding } = common;
  if (format !== "text" || data.text === undefined) return data.bytes;
  if (data.format === ANSI_FORMAT && encoding !== DDE_ENCODING) {
    return untilNul(data.bytes, encoding);
  }
  return textCodec(encoding).encode(data.text);
}

/** Converts given bytes to data for a poke. */
export function pokedValue(
  bytes: Uint8Array,
  format: string | undefined,
  common: GlobalOptions,
): string | Uint8Array {
  const { encoding } = common;
  const text = format === undefined || isTextFormat(format);
  if (common.format !== "text" || !text) return bytes;
  return encoding === DDE_ENCODING || format === "CF_UNICODETEXT"
    ? textCodec(encoding).decode(bytes)
    : terminated(bytes);
}

/** The poked data as the new value of the item. */
export function keptValue(data: DdeData, common: GlobalOptions): DdeValue {
  if (data.text === undefined) return { [data.format]: data.bytes };
  const bytes = shownBytes(data, { ...common, format: "text" });
  return valueOf(textCodec(common.encoding).decode(bytes), common);
}

/** Text as the value of an item. */
export function valueOf(text: string, { encoding }: GlobalOptions): DdeValue {
  if (encoding === DDE_ENCODING) return text;
  const ansi = terminated(textCodec(encoding).encode(text));
  return { CF_UNICODETEXT: text, [ANSI_FORMAT]: ansi };
}

function terminated(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.byteLength + 1);
  whole.set(bytes);
  return whole;
}
