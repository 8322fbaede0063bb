import { isUtf8 } from "node:buffer";
import type { GlobalOptions } from "../arguments/global_options.ts";
import { startOf } from "./start_of.ts";
import { type TextCodec, textCodec } from "./text_codec.ts";
import { UsageError } from "../arguments/usage_error.ts";

/** Bytes as the user enters and sees them: text, hex or raw. */
export class ByteText {
  readonly #common: GlobalOptions;
  readonly #codec: TextCodec;

  /** The format that the options select. */
  constructor(common: GlobalOptions) {
    this.#common = common;
    this.#codec = textCodec(common.encoding);
  }

  ofArgument(text: string): Uint8Array {
    return this.#common.format === "hex"
      ? fromHex(text)
      : this.#codec.encode(text);
  }

  /**
   * The bytes of a line of stdin.
   *
   * @throws {TypeError} if it is not UTF-8, unless raw
   */
  ofLine(line: Uint8Array): Uint8Array {
    const { format, encoding } = this.#common;
    if (format === "raw") return line;
    const asIs = format === "text" && encoding === "utf-8";
    if (asIs && isUtf8(line)) return line;
    return this.ofArgument(textOfLine(line));
  }

  /** The text of one message, without NULs at its end, which programs in C send. */
  text(bytes: Uint8Array): string {
    const text = this.wholeText(bytes);
    let end = text.length;
    while (text[end - 1] === "\0") end--;
    return text.slice(0, end);
  }

  wholeText(bytes: Uint8Array): string {
    return this.#codec.decode(bytes);
  }

  /** Whether the bytes are text in the encoding. */
  isText(bytes: Uint8Array): boolean {
    const { encoding } = this.#common;
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * The text of a line of stdin.
 *
 * @throws {TypeError} if it is not UTF-8
 */
export function textOfLine(line: Uint8Array): string {
  try {
    return UTF_8.decode(line);
  } catch (cause) {
    const more = line.byteLength > SHOWN_BYTES ? "…" : "";
    throw new TypeError(
      `Cannot read stdin: the bytes ${
        line.subarray(0, SHOWN_BYTES).toHex()
      }${more} are not UTF-8; give --raw for unchanged bytes`,
      { cause },
    );
  }
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SHOWN_BYTES = 32;

/** The bytes of a hex text; spaces and colons between them are ignored. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/[\s:]/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
    throw new UsageError(
      `Invalid hex "${
        startOf(text)
      }": expected two digits per byte, such as 68656c6c6f`,
    );
  }
  return Uint8Array.fromHex(digits);
}

/** The bytes before the first NUL, which has two bytes in UTF-16. */
export function untilNul(message: Uint8Array, encoding: string): Uint8Array {
  const wide = encoding.startsWith("utf-16");
  for (let at = message.indexOf(0); at >= 0; at = message.indexOf(0, at + 1)) {
    const end = wide ? at % 2 === 0 && message[at + 1] === 0 : true;
    if (end) return message.subarray(0, at);
  }
  return message;
}

/** The bytes before the NULs at the end. */
export function untilLastNuls(bytes: Uint8Array): Uint8Array {
  let end = bytes.byteLength;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end === bytes.byteLength ? bytes : bytes.subarray(0, end);
}
