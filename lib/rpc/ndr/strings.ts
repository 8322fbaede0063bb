/**
 * Strings: `[string]`, with their NUL on the wire.
 *
 * @module
 */

import { counted, quote } from "../../io/format.ts";
import { fromUtf16, toUtf16 } from "../../win32/utf16.ts";
import type { NdrReader } from "./reader.ts";
import { NdrError } from "./error.ts";
import type { NdrType } from "./type.ts";
import type { NdrWriter } from "./writer.ts";

/** A string has at least the offset, the count and the NUL. */
const LEAST = 9;

/** How to encode and decode characters. */
interface Characters {
  readonly size: number;
  /** The bytes of `text`, without NUL. */
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

const WIDE: Characters = {
  size: 2,
  encode: (text) => toUtf16(text).subarray(0, 2 * text.length),
  decode: fromUtf16,
};

const UTF8: Characters = {
  size: 1,
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
};

const LATIN1: Characters = {
  size: 1,
  encode(text) {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 255) {
        throw new TypeError(`Invalid text: Latin-1 has no "${text[i]}"`);
      }
      bytes[i] = code;
    }
    return bytes;
  },
  decode: (bytes) =>
    Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
};

/** `[string] wchar_t *` without the pointer: UTF-16. */
export const wideString: NdrType<string> = string(WIDE);

/**
 * `[string] char *` without the pointer: UTF-8, or Latin-1, where any byte is a
 * character.
 */
export function charString(
  encoding: "utf-8" | "latin1" = "utf-8",
): NdrType<string> {
  if (encoding !== "utf-8" && encoding !== "latin1") {
    throw new TypeError(
      `Invalid encoding ${quote(encoding)}: give "utf-8" or "latin1"`,
    );
  }
  return string(encoding === "utf-8" ? UTF8 : LATIN1);
}

function string(characters: Characters): NdrType<string> {
  return {
    alignment: 4,
    least: LEAST,
    count: (text) => encoded(characters, text).length / characters.size + 1,
    write: (writer, text) => write(writer, characters, text),
    read: (reader, set, count) => set(read(reader, characters, count)),
  };
}

function encoded(characters: Characters, text: string): Uint8Array {
  if (typeof text !== "string" || text.includes("\0")) {
    throw new TypeError("Invalid text: give a string without NUL");
  }
  return characters.encode(text);
}

function write(writer: NdrWriter, characters: Characters, text: string): void {
  const bytes = encoded(characters, text);
  writer.u32(0);
  writer.u32(bytes.length / characters.size + 1);
  writer.raw(bytes);
  writer.reserve(characters.size);
}

function read(
  reader: NdrReader,
  characters: Characters,
  capacity: number,
): string {
  const offset = reader.u32();
  const count = reader.u32();
  if (offset !== 0 || count > capacity || count === 0) {
    throw new NdrError(
      `Invalid data: a string of ${
        counted(count, "character")
      } from ${offset} on, in room for ${capacity}`,
    );
  }
  reader.checkCount(count, characters.size);
  const bytes = reader.raw(count * characters.size);
  const end = bytes.length - characters.size;
  if (bytes.subarray(end).some((byte) => byte !== 0)) {
    throw new NdrError("Invalid data: a string does not end with NUL");
  }
  return characters.decode(bytes.subarray(0, end));
}
