import type { Common } from "./common.ts";
import { type TextCodec, textCodec } from "./text_codec.ts";
import { UsageError } from "./usage_error.ts";

/** Bytes as the user gives and sees them: text, hex or raw. */
export class ByteText {
  readonly #common: Common;
  readonly #codec: TextCodec;

  /** As the options say. */
  constructor(common: Common) {
    this.#common = common;
    this.#codec = textCodec(common.encoding);
  }

  /** The bytes of what was given as an argument. */
  ofArgument(text: string): Uint8Array {
    return this.#common.format === "hex"
      ? fromHex(text)
      : this.#codec.encode(text);
  }

  /** The bytes of a line of stdin, which is UTF-8. */
  ofLine(line: Uint8Array): Uint8Array {
    const { format, encoding } = this.#common;
    if (format === "raw") return line;
    if (format === "text" && encoding === "utf-8") return line;
    return this.ofArgument(new TextDecoder().decode(line));
  }

  /** The text of one message. */
  text(bytes: Uint8Array): string {
    return this.#codec.decode(bytes);
  }
}

/** The bytes of a hex text; spaces and colons between them do not count. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/[\s:]/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) {
    throw new UsageError(
      `"${text}" is no hex: give two digits a byte, such as 68656c6c6f`,
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
