/**
 * The forms of frames: how a stream of bytes carries messages.
 *
 * @module
 */

import { counted } from "../io/format.ts";
import { checkBytes, checkChoice } from "../io/checks.ts";

/**
 * How messages are separated in a stream of bytes:
 *
 * - `"line"`: each ends with LF. A CR before it is dropped.
 * - `"content-length"`: before each are headers, as in HTTP: the language
 *   server protocol, the debug adapter protocol and JSON-RPC.
 * - `"u8"`, `"u16be"`, `"u16le"`, `"u32be"`, `"u32le"`, `"u64be"`, `"u64le"`:
 *   before each is its length as an unsigned integer, big- or little-endian.
 */
export type Framing = "line" | "content-length" | LengthPrefix;

/** The forms that begin with a length. */
export type LengthPrefix =
  | "u8"
  | "u16be"
  | "u16le"
  | "u32be"
  | "u32le"
  | "u64be"
  | "u64le";

/** The bits of a length, and its order. */
export interface PrefixForm {
  /** How many bytes it takes. */
  readonly size: 1 | 2 | 4 | 8;
  /** The greatest length that fits. */
  readonly max: number;
  readonly littleEndian: boolean;
}

const PREFIXES: Readonly<Record<LengthPrefix, PrefixForm>> = {
  u8: { size: 1, max: 0xff, littleEndian: false },
  u16be: { size: 2, max: 0xffff, littleEndian: false },
  u16le: { size: 2, max: 0xffff, littleEndian: true },
  u32be: { size: 4, max: 0xffff_ffff, littleEndian: false },
  u32le: { size: 4, max: 0xffff_ffff, littleEndian: true },
  u64be: { size: 8, max: Number.MAX_SAFE_INTEGER, littleEndian: false },
  u64le: { size: 8, max: Number.MAX_SAFE_INTEGER, littleEndian: true },
};

const FRAMINGS = ["line", "content-length", ...Object.keys(PREFIXES)];
const LF = 10;

/** The form of a length; undefined for the forms without one. */
export function prefixForm(framing: Framing): PrefixForm | undefined {
  return framing === "line" || framing === "content-length"
    ? undefined
    : PREFIXES[framing];
}

/** Checks that an argument is a form of frames. */
export function checkFraming(framing: unknown): asserts framing is Framing {
  checkChoice("framing", framing, FRAMINGS);
}

/**
 * Returns `message` with its frame, in one array: one write sends all of it.
 *
 * @throws {Deno.errors.InvalidData} for a line that contains a line end, or a
 * message that is longer than its length can say
 * @throws {TypeError} for an unknown framing
 *
 * @example
 * ```ts
 * import { encodeFrame } from "@winipc/winipc";
 *
 * const message = new TextEncoder().encode("hello");
 * console.log(encodeFrame(message, "u16le")); // 5, 0, then "hello"
 * ```
 */
export function encodeFrame(
  message: Uint8Array,
  framing: Framing,
): Uint8Array<ArrayBuffer> {
  checkBytes(message);
  checkFraming(framing);
  const size = message.byteLength;
  if (framing === "line" && message.includes(LF)) {
    throw new Deno.errors.InvalidData(
      `Cannot frame a message of ${
        counted(size, "byte")
      } as a line: it contains a line end; use a length before it, such as "u32be"`,
    );
  }
  const head = headOf(framing, size);
  const whole = new Uint8Array(
    head.byteLength + size + (framing === "line" ? 1 : 0),
  );
  whole.set(head);
  whole.set(message, head.byteLength);
  if (framing === "line") whole[size] = LF;
  return whole;
}

/** The bytes before a message of `size` bytes. */
function headOf(framing: Framing, size: number): Uint8Array {
  if (framing === "line") return new Uint8Array(0);
  if (framing === "content-length") {
    return new TextEncoder().encode(`Content-Length: ${size}\r\n\r\n`);
  }
  const { size: width, max, littleEndian } = PREFIXES[framing];
  if (size > max) {
    throw new Deno.errors.InvalidData(
      `Cannot frame a message of ${
        counted(size, "byte")
      } by "${framing}": its length must be ${max} or less; use a longer one, such as "u32be"`,
    );
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(size), littleEndian);
  return new Uint8Array(view.buffer, littleEndian ? 0 : 8 - width, width);
}
