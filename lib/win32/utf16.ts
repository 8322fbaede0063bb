/**
 * Windows' wide strings: UTF-16, little-endian, NUL-terminated. Pure functions.
 *
 * @module
 */

/** `text` as a NUL-terminated wide string (`LPCWSTR`). Lone surrogates pass unchanged. */
export function toUtf16(text: string): Uint8Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return new Uint8Array(units.buffer);
}

/**
 * Decodes a wide string up to its first NUL, or all of `bytes` if there is
 * none.
 */
export function fromUtf16(bytes: Uint8Array): string {
  const length = Math.floor(bytes.byteLength / 2);
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const units = new Uint16Array(aligned.buffer, aligned.byteOffset, length);
  const nul = units.indexOf(0);
  const end = nul < 0 ? length : nul;
  const pieces: string[] = [];
  for (let at = 0; at < end; at += PIECE) {
    const piece = units.subarray(at, Math.min(at + PIECE, end));
    pieces.push(String.fromCharCode(...piece));
  }
  return pieces.join("");
}

/** The maximum number of arguments that is safe everywhere. */
const PIECE = 8192;
