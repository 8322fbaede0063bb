/** Names and data for tests. */

let counter = 0;

/** A name that nothing else on this machine has. */
export function uniqueName(prefix = "winipc-test"): string {
  const random = crypto.randomUUID().slice(0, 8);
  return `${prefix}-${Deno.pid}-${++counter}-${random}`;
}

/** UTF-8 bytes of `text`. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The text of UTF-8 bytes. */
export function text(data: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(data ?? new Uint8Array());
}

/** `size` bytes that depend on their place and on `seed`. */
export function pattern(size: number, seed = 0): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(size);
  for (let i = 0; i < size; i++) data[i] = (i * 31 + (i >> 8) + seed) & 255;
  return data;
}

/** A checksum (FNV-1a) of `data`, continued from `sum`. */
export function checksum(data: Uint8Array, sum = 0x811c9dc5): number {
  for (const byte of data) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}
