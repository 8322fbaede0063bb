/**
 * Messages in UTF-8 as lines of JSON, byte for byte as from `JSON.stringify()`.
 * They are not converted to strings, and long ones are not copied.
 *
 * @module
 */

import { untilLastNuls } from "./bytes.ts";

const encoder = new TextEncoder();
const HEAD = encoder.encode('{"event":"message","text":"');
const SIZE = encoder.encode('","bytes":');
/** A text of this many bytes is a separate piece. */
const LONG = 65536;

/** The escapes of ASCII characters. All other bytes stay unchanged. */
const ESCAPES: readonly Uint8Array[] = Array.from(
  { length: 128 },
  (_, byte) => {
    const text = JSON.stringify(String.fromCharCode(byte));
    return encoder.encode(text.slice(1, -1));
  },
);
/** How many bytes longer than the byte its escape is. */
const EXTRA = Uint8Array.from(
  { length: 256 },
  (_, byte) => (ESCAPES[byte]?.byteLength ?? 1) - 1,
);

/**
 * The lines, in pieces to write one after the other. The text of a message ends
 * before the NULs at its end, unless `whole`; `fields` follow its size. `room`
 * allocates the memory, for a size in bytes.
 */
export function jsonMessages(
  messages: readonly Uint8Array[],
  fields: Readonly<Record<string, unknown>>,
  whole: boolean,
  room: (size: number) => Uint8Array = (size) => new Uint8Array(size),
): Uint8Array[] {
  const tail = encoder.encode(`,${JSON.stringify(fields).slice(1)}\n`);
  const texts = messages.map((bytes) => whole ? bytes : untilLastNuls(bytes));
  const extras = texts.map(extraOf);
  const sizes = messages.map(({ byteLength }) => String(byteLength));
  const isLong = (i: number) => extras[i] === 0 && texts[i]!.byteLength >= LONG;
  let size = 0;
  for (const [i, { byteLength }] of texts.entries()) {
    size += HEAD.length + SIZE.length + sizes[i]!.length + tail.length;
    if (!isLong(i)) size += byteLength + extras[i]!;
  }
  const lines = room(size);
  const pieces: Uint8Array[] = [];
  let begin = 0;
  let at = 0;
  const append = (bytes: Uint8Array) => {
    lines.set(bytes, at);
    at += bytes.byteLength;
  };
  for (const [i, text] of texts.entries()) {
    append(HEAD);
    if (isLong(i)) {
      pieces.push(lines.subarray(begin, at), text);
      begin = at;
    } else if (extras[i] === 0) append(text);
    else at = escape(text, lines, at);
    append(SIZE);
    for (let d = 0; d < sizes[i]!.length; d++) {
      lines[at++] = sizes[i]!.charCodeAt(d);
    }
    append(tail);
  }
  pieces.push(lines.subarray(begin, at));
  return pieces;
}

function extraOf(text: Uint8Array): number {
  let extra = 0;
  for (let i = 0; i < text.length; i++) extra += EXTRA[text[i]!]!;
  return extra;
}

/** Writes `text` into `lines` from `at`; returns the end offset. */
function escape(text: Uint8Array, lines: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (EXTRA[byte] === 0) lines[at++] = byte;
    else {
      lines.set(ESCAPES[byte]!, at);
      at += ESCAPES[byte]!.byteLength;
    }
  }
  return at;
}
