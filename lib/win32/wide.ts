/**
 * Windows' wide strings: UTF-16, little-endian, ended by a NUL. Pure.
 *
 * @module
 */

/** `text` as a NUL-terminated wide string (`LPCWSTR`). Lone surrogates pass unchanged. */
export function toWide(text: string): Uint8Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return new Uint8Array(units.buffer);
}

/** The text of a wide string: up to its first NUL, or all of `bytes` where there is none. */
export function fromWide(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at + 1 < bytes.byteLength; at += 2) {
    const unit = view.getUint16(at, true);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}
