/**
 * Text to bytes and back, in any encoding that `TextDecoder` knows. Platforms
 * have only decoders. So for encoding, every sequence of bytes is decoded once,
 * and the results are reversed.
 *
 * @module
 */

export interface TextCodec {
  /**
   * The bytes of `text`. Throws a `TypeError` for characters that the encoding
   * lacks.
   */
  encode(text: string): Uint8Array<ArrayBuffer>;
  /** The text of one whole message. */
  decode(bytes: Uint8Array): string;
}

/** The codec of an encoding that `TextDecoder` knows. */
export function textCodec(label: string): TextCodec {
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  return {
    encode: encoderOf(decoder.encoding),
    decode: (bytes) => decoder.decode(bytes),
  };
}

function encoderOf(encoding: string): TextCodec["encode"] {
  switch (encoding) {
    case "utf-8": {
      const encoder = new TextEncoder();
      return (text) => encoder.encode(text);
    }
    case "utf-16le":
      return (text) => utf16(text, true);
    case "utf-16be":
      return (text) => utf16(text, false);
  }
  let table: Map<string, number[]> | undefined;
  return (text) => {
    table ??= tableOf(encoding);
    const bytes: number[] = [];
    for (const character of text) {
      const known = table.get(character) ??
        (encoding === "gb18030" ? beyondTable(character) : undefined);
      if (known === undefined) {
        throw new TypeError(
          `Cannot write "${character}" in ${encoding}: give another --encoding, such as utf-8`,
        );
      }
      bytes.push(...known);
    }
    return Uint8Array.from(bytes);
  };
}

function utf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(2 * at, text.charCodeAt(at), littleEndian);
  }
  return bytes;
}

const NEWLINE = 10;
/** Encodings whose bytes depend on earlier ones. */
const STATEFUL = ["iso-2022-jp", "replacement"];

function tableOf(encoding: string): Map<string, number[]> {
  if (STATEFUL.includes(encoding)) {
    throw new TypeError(
      `Cannot write ${encoding}: give another --encoding, such as utf-8`,
    );
  }
  const sequences = [...sequencesOf(encoding)];
  const table = new Map<string, number[]>();
  // All in one call: a newline between them also ends a broken sequence.
  const all = sequences.flatMap((sequence) => [...sequence, NEWLINE]);
  const decoded = new TextDecoder(encoding, { ignoreBOM: true })
    .decode(Uint8Array.from(all)).split("\n");
  sequences.forEach((sequence, at) => {
    const text = decoded[at]!;
    const single = text !== "" && text !== "\ufffd" &&
      String.fromCodePoint(text.codePointAt(0)!) === text;
    if (single && !table.has(text)) table.set(text, sequence);
  });
  return table.set("\n", [NEWLINE]);
}

/**
 * The sequences of bytes to try; if two have the same meaning, the first
 * counts.
 */
function* sequencesOf(encoding: string): Generator<number[]> {
  // gb18030 writes the euro sign in two bytes, although it also reads 0x80.
  const singles = encoding === "gb18030" ? 0x80 : 0x100;
  for (let byte = 0; byte < singles; byte++) {
    if (byte !== NEWLINE) yield [byte];
  }
  if (/^(windows|iso|ibm|koi8|macintosh|x-)/.test(encoding)) return;
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    if (neverWritten(encoding, lead)) continue;
    for (let trail = 0x40; trail <= 0xfe; trail++) yield [lead, trail];
  }
  if (encoding === "euc-jp") yield* threeBytes();
  if (encoding === "gb18030") yield* fourBytes();
}

/** Leads of characters that have another, preferred form. */
function neverWritten(encoding: string, lead: number): boolean {
  if (encoding === "shift_jis") return lead === 0xed || lead === 0xee;
  return encoding === "big5" && lead < 0xa1;
}

function* threeBytes(): Generator<number[]> {
  for (let a = 0xa1; a <= 0xfe; a++) {
    for (let b = 0xa1; b <= 0xfe; b++) yield [0x8f, a, b];
  }
}

/** The characters of gb18030's first plane outside of its two bytes. */
function* fourBytes(): Generator<number[]> {
  for (let at = 0; at < 4 * FOUR_BYTES_A_LEAD; at++) yield fourByte(at);
}

/** gb18030 numbers the planes after the first one consecutively. */
function beyondTable(character: string): number[] | undefined {
  const code = character.codePointAt(0)!;
  return code < 0x10000 ? undefined : fourByte(189000 + code - 0x10000);
}

const FOUR_BYTES_A_LEAD = 10 * 126 * 10;

function fourByte(at: number): number[] {
  return [
    0x81 + Math.floor(at / FOUR_BYTES_A_LEAD),
    0x30 + Math.floor(at / 1260) % 10,
    0x81 + Math.floor(at / 10) % 126,
    0x30 + at % 10,
  ];
}
