/**
 * Values as JSON in UTF-8.
 *
 * @module
 */

import { counted, shown } from "../io/format.ts";

/** The JSON of `value`, in UTF-8. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) {
    throw new TypeError(
      `Invalid value ${shown(value)}: expected one that JSON can hold`,
    );
  }
  return new TextEncoder().encode(json);
}

/** The value of a message. */
export function decodeJson(message: Uint8Array): unknown {
  try {
    return JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(message),
    );
  } catch (cause) {
    throw new Deno.errors.InvalidData(
      `Cannot parse a message of ${
        counted(message.byteLength, "byte")
      }: it is not JSON in UTF-8`,
      { cause },
    );
  }
}
