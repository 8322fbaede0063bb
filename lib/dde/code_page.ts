/**
 * Text in this computer's code pages, as in `CF_TEXT` and ANSI programs.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { kernel32Dde } from "../win32/kernel32_dde.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";

/** `CP_ACP`: the ANSI code page. */
export const ANSI = 0;
/** `CP_OEMCP`: the code page of consoles. */
export const OEM = 1;

/**
 * Encodes `text` in a code page, with a NUL. Characters that the code page
 * lacks become `?` or similar.
 */
export function toCodePage(
  text: string,
  page: number,
): Uint8Array<ArrayBuffer> {
  const wide = toUtf16(text);
  const { call } = kernel32Dde();
  const convert = (target: Uint8Array<ArrayBuffer> | null) =>
    call.WideCharToMultiByte(
      page,
      0,
      wide,
      wide.byteLength / 2,
      target,
      target?.byteLength ?? 0,
      0n,
      0n,
    );
  const bytes = new Uint8Array(convert(null));
  convert(bytes);
  return bytes;
}

/** Decodes `bytes` in a code page, up to the first NUL. */
export function fromCodePage(bytes: Uint8Array, page: number): string {
  const nul = bytes.indexOf(0);
  const source = bytes.slice(0, nul < 0 ? bytes.byteLength : nul);
  if (source.byteLength === 0) return "";
  const { call } = kernel32();
  const convert = (target: Uint8Array<ArrayBuffer> | null) =>
    call.MultiByteToWideChar(
      page,
      0,
      source,
      source.byteLength,
      target,
      (target?.byteLength ?? 0) / 2,
    );
  const wide = new Uint8Array(2 * convert(null));
  convert(wide);
  return fromUtf16(wide);
}
