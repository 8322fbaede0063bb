/**
 * The clipboard's file lists (`CF_HDROP`): a `DROPFILES` header, names that end
 * with a NUL each, and a final NUL.
 *
 * @module
 */

import { kernel32 } from "../win32/kernel32.ts";
import { DROPFILES, field, pack } from "../win32/structs.ts";
import { fromUtf16, toUtf16 } from "../win32/utf16.ts";

const CP_ACP = 0;

/** Makes a file list in the clipboard's format. Pure. */
export function encodeFiles(files: readonly string[]): Uint8Array<ArrayBuffer> {
  const names = toUtf16(files.map((file) => `${file}\0`).join(""));
  const bytes = new Uint8Array(DROPFILES.size + names.byteLength);
  bytes.set(pack(DROPFILES, { pFiles: DROPFILES.size, fWide: 1 }));
  bytes.set(names, DROPFILES.size);
  return bytes;
}

/**
 * Reads the files of a list. Old programs write names in the system's code
 * page.
 */
export function decodeFiles(bytes: Uint8Array): string[] {
  if (bytes.byteLength < DROPFILES.size) return [];
  const names = bytes.slice(field(DROPFILES, bytes, "pFiles"));
  const wide = field(DROPFILES, bytes, "fWide") !== 0 ? names : widened(names);
  const files: string[] = [];
  for (let at = 0; at < wide.byteLength;) {
    const file = fromUtf16(wide.subarray(at));
    if (file === "") break;
    files.push(file);
    at += 2 * (file.length + 1);
  }
  return files;
}

function widened(ansi: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (ansi.byteLength === 0) return ansi;
  const wide = new Uint8Array(2 * ansi.byteLength);
  const { call } = kernel32();
  const units = call.MultiByteToWideChar(
    CP_ACP,
    0,
    ansi,
    ansi.byteLength,
    wide,
    ansi.byteLength,
  );
  return wide.subarray(0, 2 * units);
}
